"""Why a customer is on the list: contributions of features → families → sentences."""
