"""Prices that rise or are too high."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import rare, reason
from bleib.features.inventory import Inventory

FEE = Events(("contract_fee",))
RAISE = Events(("contract_fee_raise",))
INCREASE = Events(("price_increase",))
DISCOUNT = Events(("discount",))


def declare(data: Inventory) -> list[Feature]:
    """The fee and its raises, price increases announced and applied, discounts."""
    return [
        Feature(
            "price_fee", "price", "newest monthly fee", "currency", "up", FEE, "last", "amount",
            reason=reason("pays a monthly fee of {value}", "zahlt {value} im Monat"),
        ),
        Feature(
            "price_fee_total", "price", "monthly fees of all running contracts", "currency", "either", FEE, "open_sum",
            "amount", meaning_de="monatliche Gebühren aller laufenden Verträge",
        ),
        Feature(
            "price_fee_rank", "price", "rank of the fee within the as-of date", "share", "up", combine="rank",
            of="price_fee", meaning_de="Rang der Gebühr unter allen am Stichtag",
        ),
        Feature(
            "price_fee_raised_364", "price", "raises of the fee in the last 364 days", "currency", "up", RAISE, "sum",
            "amount", 364,
            reason=rare(
                "the fee rose by {value} within a year",
                "die Gebühr ist binnen eines Jahres um {value} gestiegen",
                ("for most customers not at all", "bei den meisten gar nicht"),
            ),
        ),
        Feature(
            "price_fee_raise_days", "price", "days since the fee was last raised", "days", "down", RAISE,
            "days_since_last",
            reason=reason("the fee was raised only {value} days ago", "die Gebühr wurde erst vor {value} Tagen erhöht"),
        ),
        *(
            Feature(
                f"price_increases_{w}", "price", f"price increases in the last {w} days", "events", "up", INCREASE,
                "count", window_days=w,
                reason=rare(
                    f"{{value}} price increases in the last {w} days",
                    f"{{value}} Preiserhöhungen in den letzten {w} Tagen",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "price_increase_amount_364", "price", "sum of the price increases of the last 364 days", "ratio", "up",
            INCREASE, "sum", "amount", 364, meaning_de="Summe der Preiserhöhungen der letzten 364 Tage",
        ),
        Feature(
            "price_increase_days", "price", "days since the last price increase", "days", "down", INCREASE,
            "days_since_last",
            reason=reason("price increase only {value} days ago", "Preiserhöhung erst vor {value} Tagen"),
        ),
        Feature(
            "price_increase_ahead_days", "price", "days until an announced price increase", "days", "down", INCREASE,
            "days_until_next",
            reason=reason(
                "an announced price increase takes effect in {value} days",
                "eine angekündigte Preiserhöhung tritt in {value} Tagen in Kraft",
                ("in {typical} days", "in {typical} Tagen"),
            ),
        ),
        Feature(
            "price_discounts_182", "price", "discounts in the last 182 days", "events", "either", DISCOUNT, "count",
            window_days=182,
            reason=rare("{value} discounts in the last 182 days", "{value} Rabatte in den letzten 182 Tagen"),
        ),
        Feature(
            "price_discount_days", "price", "days since the last discount", "days", "either", DISCOUNT,
            "days_since_last",
            reason=reason("last discount {value} days ago", "letzter Rabatt vor {value} Tagen"),
        ),
    ]  # fmt: skip
