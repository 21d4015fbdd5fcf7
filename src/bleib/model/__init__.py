"""From features to a churn probability, and how good it is on later dates."""
