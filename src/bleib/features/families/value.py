"""The value of a customer and how it moves: spend, basket, breadth, returns."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import RETURN_KINDS, main_noun, reason
from bleib.features.inventory import Inventory

SPEND_WINDOWS = (28, 91, 182, 364)


def declare(data: Inventory) -> list[Feature]:
    """Spend, mean basket, pieces, breadth of topics and channels of the main activity; share of returns; margin."""
    main, what = Events(data.main), main_noun(data)
    return [
        *(
            Feature(
                f"value_spend_{w}", "value", f"spend in the last {w} days", "currency", "down", main, "sum", "amount",
                w,
                reason=reason(
                    f"spent only {{value}} in the last {w} days",
                    f"in den letzten {w} Tagen nur {{value}} Umsatz",
                ),
            )
            for w in SPEND_WINDOWS
        ),
        Feature(
            "value_spend_all", "value", "spend in all the time on record", "currency", "down", main, "sum", "amount",
            reason=reason("spent only {value} so far", "bisher nur {value} Umsatz"),
        ),
        Feature(
            "value_spend_trend_91", "value", "spend in the last 91 days less that in the 91 days before", "currency",
            "down", main, "trend_sum", "amount", 91,
            reason=reason(
                "spend changed by {value} in the last 91 days, compared with the 91 days before",
                "Umsatz: {value} in den letzten 91 Tagen gegenüber den 91 Tagen davor",
            ),
        ),
        Feature(
            "value_spend_rank_182", "value", "rank of the spend in the last 182 days within the as-of date", "share",
            "down", combine="rank", of="value_spend_182",
            meaning_de="Rang des Umsatzes der letzten 182 Tage unter allen am Stichtag",
        ),
        *(
            Feature(
                f"value_mean_basket_{w}", "value", f"mean amount of {what.en_many} in the last {w} days", "currency",
                "down", main, "mean", "amount", w,
                reason=reason(
                    f"a mean basket of only {{value}} in the last {w} days",
                    f"in den letzten {w} Tagen ein mittlerer Warenkorb von nur {{value}}",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "value_basket_change", "value", "mean basket of the last 91 days less that of the last 364", "currency",
            "down", combine="difference", of="value_mean_basket_91", than="value_mean_basket_364",
            reason=reason(
                "mean basket against the customer’s own year: {value}",
                "mittlerer Warenkorb gegenüber dem eigenen Jahr: {value}",
            ),
        ),
        Feature(
            "value_last_amount", "value", f"amount of the last {what.en}", "currency", "down", main, "last", "amount",
            reason=reason(f"the last {what.en} was worth only {{value}}", "zuletzt nur {value} ausgegeben"),
        ),
        Feature(
            "value_largest_364", "value", "largest amount in the last 364 days", "currency", "down", main, "max",
            "amount", 364, meaning_de="größter Betrag in den letzten 364 Tagen",
        ),
        Feature(
            "value_quantity_91", "value", "pieces in the last 91 days", "pieces", "down", main, "sum", "quantity", 91,
            reason=reason("only {value} pieces in the last 91 days", "nur {value} Stück in den letzten 91 Tagen"),
        ),
        *(
            Feature(
                f"value_topics_{w}", "value", f"different categories in the last {w} days", "events", "down", main,
                "distinct_topics", window_days=w,
                reason=reason(
                    f"only {{value}} categories in the last {w} days",
                    f"nur {{value}} Kategorien in den letzten {w} Tagen",
                ),
            )
            for w in (91, 364)
        ),
        *(
            Feature(
                f"value_returns_{w}", "value", f"returns and cancelled {what.en_many} in the last {w} days", "events",
                "up", Events(RETURN_KINDS), "count", window_days=w,
                reason=reason(
                    f"returned or cancelled {{value}} times in the last {w} days",
                    f"in den letzten {w} Tagen {{value}}-mal zurückgegeben oder storniert",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "value_return_share_364", "value", f"returns and cancellations ÷ {what.en_many} in the last 364 days",
            "share", "up", combine="ratio", of="value_returns_364", than=f"frequency_{what.slug}_count_364",
            reason=reason(
                f"{{value}} of the {what.en_many} returned or cancelled",
                f"{{value}} der {what.de_many} zurückgegeben oder storniert",
            ),
        ),
        Feature(
            "value_margin", "value", "margin a year as the company has it on file", "currency", "down",
            Events(("customer_margin",)), "last", "amount", meaning_de="Marge im Jahr laut Kundentabelle",
        ),
    ]  # fmt: skip
