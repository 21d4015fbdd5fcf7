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


def reason(en: str, de: str) -> Reason:
    """A sentence with the figure of the cohort behind it."""
    return Reason(f"{en} (typical here: {{typical}})", f"{de} (üblich hier: {{typical}})")


def changed(en_many: str, de_many: str, window_days: int) -> Reason:
    """The trend of this window against the one before it."""
    return reason(
        f"{en_many} changed by {{value}} in the last {window_days} days, compared with the {window_days} days before",
        f"{de_many}: {{value}} in den letzten {window_days} Tagen gegenüber den {window_days} Tagen davor",
    )
