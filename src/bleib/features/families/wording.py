"""The kinds that a family speaks for, and the phrases that many declarations share."""

from __future__ import annotations

from bleib.features.declaration import Reason
from bleib.features.inventory import Inventory
from bleib.features.nouns import Noun, noun

WINDOWS = (7, 14, 28, 56, 91, 182, 364)  # days: a week to a year, all whole weeks
RETURN_KINDS = ("return", "cancellation", "refund")  # told as part of the value of a customer
PRICE_KINDS = ("price_increase", "discount")  # told as part of the price
USE_KINDS = ("login", "visit", "usage", "use", "session", "app_open")  # use of the product: told as frequency


def further_kinds(data: Inventory) -> tuple[str, ...]:
    """The interactions beside the main ones that no other family speaks for."""
    return tuple(kind for kind in data.others if kind not in (*RETURN_KINDS, *PRICE_KINDS))


def main_noun(data: Inventory) -> Noun:
    """The words for the customer's main activity."""
    return noun(data.main)


def reason(en: str, de: str, usual: tuple[str, str] = ("{typical}", "{typical}")) -> Reason:
    """A sentence with the figure of the cohort behind it; ``usual`` is how that one is said."""
    return Reason(f"{en} (typical here: {usual[0]})", f"{de} (üblich hier: {usual[1]})")


def rare(en: str, de: str, none: tuple[str, str] = ("most customers have none", "bei den meisten keine")) -> Reason:
    """A sentence about what most customers have none of, as is then said, not "typical here: 0"."""
    return Reason(f"{en} ({{typical:{none[0]}|typical here: #}})", f"{de} ({{typical:{none[1]}|üblich hier: #}})")


def times(en: str, de: str, never: tuple[str, str] = ("most customers never did", "die meisten nie")) -> Reason:
    """A sentence that says how often, about what most customers never did."""
    return Reason(
        f"{en} ({{typical:{never[0]}|typical here: # times}})", f"{de} ({{typical:{never[1]}|üblich hier: #-mal}})"
    )


MORE_OR_LESS = ("{typical:# less|no change|# more}", "{typical:# weniger|unverändert|# mehr}")  # money


def changed(en_many: str, de_many: str, window_days: int) -> Reason:
    """The trend of this window against the one before it."""
    return reason(
        f"{{value:# fewer|no more|# more}} {en_many} in the last {window_days} days than in the {window_days} days "
        "before",
        f"{de_many}: in den letzten {window_days} Tagen {{value:# weniger|nicht mehr|# mehr}} als in den {window_days} "
        "Tagen davor",
        ("{typical:# fewer|no change|# more}", "{typical:# weniger|unverändert|# mehr}"),
    )
