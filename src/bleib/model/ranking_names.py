"""What rankings are called in the files of the evaluation, so that readers need none of the code that makes them."""

OURS = "bleib"
RULE = "recency"
BY_VALUE = "bleib_by_value"  # our probabilities × margin: how the weekly list is ordered
