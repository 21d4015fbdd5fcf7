"""What rankings are called in the files of the evaluation, so that readers need none of the code that makes them."""

OURS = "bleib"
RULE = "recency"
RENEWAL = "renewal"
RULES = (RULE, RENEWAL)  # what a company would do without a model; the second where contracts renew
BY_VALUE = "bleib_by_value"  # our probabilities × margin: how the weekly list is ordered
