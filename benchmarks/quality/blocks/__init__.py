"""Which further features make the predictions better: blocks of them, each tried on forward folds of training dates."""
