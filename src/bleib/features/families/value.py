"""The value of a customer and how it moves: spend, basket, breadth, returns."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import MORE_OR_LESS, RETURN_KINDS, main_noun, rare, reason, times
from bleib.features.inventory import Inventory

SPEND_WINDOWS = (28, 91, 182, 364)
SPENT = (
    "{value:got back # more than was spent|spent nothing|spent only #}",
    "{value:# mehr zurückerhalten als ausgegeben|kein Umsatz|nur # Umsatz}",
)


def declare(data: Inventory) -> list[Feature]:
    """Spend, mean basket, pieces, breadth of topics and channels of the main activity; share of returns; margin."""
    main, what = Events(data.main), main_noun(data)
    return [
        *(
            Feature(
                f"value_spend_{w}", "value", f"spend in the last {w} days", "currency", "down", main, "sum", "amount",
                w,
                reason=reason(
                    f"{SPENT[0]} in the last {w} days",
                    f"in den letzten {w} Tagen {SPENT[1]}",
                ),
            )
            for w in SPEND_WINDOWS
        ),
        Feature(
            "value_spend_all", "value", "spend in all the time on record", "currency", "down", main, "sum", "amount",
            reason=reason(f"{SPENT[0]} so far", f"bisher {SPENT[1]}"), for_rules=True,
        ),
        Feature(
            "value_spend_trend_91", "value", "spend in the last 91 days less that in the 91 days before", "currency",
            "down", main, "trend_sum", "amount", 91,
            reason=reason(
                "spent {value:# less|no more|# more} in the last 91 days than in the 91 days before",
                "in den letzten 91 Tagen {value:# weniger|nicht mehr|# mehr} Umsatz als in den 91 Tagen davor",
                MORE_OR_LESS,
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
                    f"{what.en_many} worth {{value:less than nothing|nothing|only #}} on average in the last {w} days",
                    f"{what.de_many} in den letzten {w} Tagen im Mittel {{value:weniger als nichts|nichts|nur #}} wert",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "value_basket_change", "value", "mean basket of the last 91 days less that of the last 364", "currency",
            "down", combine="difference", of="value_mean_basket_91", than="value_mean_basket_364",
            reason=reason(
                f"{what.en_many} worth {{value:# less|no more|# more}} on average in the last 91 days "
                "than in the last 364",
                f"{what.de_many} in den letzten 91 Tagen im Mittel {{value:# weniger|nicht mehr|# mehr}} wert "
                "als in den letzten 364",
                MORE_OR_LESS,
            ),
        ),
        Feature(
            "value_last_amount", "value", f"amount of the last {what.en}", "currency", "down", main, "last", "amount",
            reason=reason(
                f"the last {what.en} was {{value:a credit of #|worth nothing|worth only #}}",
                "zuletzt {value:# gutgeschrieben|nichts ausgegeben|nur # ausgegeben}",
            ),
        ),
        Feature(
            "value_largest_364", "value", "largest amount in the last 364 days", "currency", "down", main, "max",
            "amount", 364, meaning_de="größter Betrag in den letzten 364 Tagen",
        ),
        Feature(
            "value_quantity_91", "value", "pieces in the last 91 days", "pieces", "down", main, "sum", "quantity", 91,
            reason=reason(
                "{value:# more pieces returned than bought|no pieces|only # pieces} in the last 91 days",
                "in den letzten 91 Tagen {value:# Stück mehr zurückgegeben als gekauft|kein Stück|nur # Stück}",
            ),
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
                reason=times(
                    f"returned or cancelled {{value}} times in the last {w} days",
                    f"in den letzten {w} Tagen {{value}}-mal zurückgegeben oder storniert",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "value_return_share_364", "value", f"returns and cancellations ÷ {what.en_many} in the last 364 days",
            "share", "up", combine="ratio", of="value_returns_364", than=f"frequency_{what.slug}_count_364",
            reason=rare(
                f"returns and cancellations come to {{value}} of the {what.en_many} in the last 364 days",
                f"Retouren und Stornierungen: {{value}} der Zahl der {what.de_many} in den letzten 364 Tagen",
            ),
        ),
        Feature(
            "value_margin", "value", "margin a year as the company has it on file", "currency", "down",
            Events(("customer_margin",)), "last", "amount", meaning_de="Marge im Jahr laut Kundentabelle",
        ),
    ]  # fmt: skip
