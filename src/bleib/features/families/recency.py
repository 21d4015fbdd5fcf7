"""Silence comes before leaving."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature, Reason
from bleib.features.families.wording import further_kinds, main_noun, reason
from bleib.features.inventory import Inventory
from bleib.features.nouns import noun

NTH = ((2, "second_last", "second to last", "vorletzte"), (3, "third_last", "third to last", "drittletzte"))


def declare(data: Inventory) -> list[Feature]:
    """Days since the newest, second and third newest main activity, the other interactions, any contact."""
    main, what = Events(data.main), main_noun(data)
    last = f"recency_{what.slug}_days"
    return [
        Feature(
            last, "recency", f"days since the last {what.en}", "days", "up", main, "days_since_last",
            reason=reason(f"no {what.en} for {{value}} days", f"seit {{value}} Tagen {what.de_none}"), for_rules=True,
        ),
        *(
            Feature(
                f"recency_{what.slug}_{name}_days", "recency", f"days since the {en} {what.en}", "days", "up", main,
                "days_since_last", nth=nth,
                reason=reason(f"{{value}} days since the {en} {what.en}", f"{{value}} Tage seit {what.de_since(de)}" ),
            )
            for nth, name, en, de in NTH
        ),
        Feature(
            f"recency_{what.slug}_rank", "recency", f"rank of the days since the last {what.en} within the as-of date",
            "share", "up", combine="rank", of=last,
            reason=Reason(
                f"longer without {what.en_many} than {{value}} of the customers",
                f"länger ohne {what.de} als {{value}} der Kundschaft",
            ),
        ),
        *_others(data),
        Feature(
            "recency_any_days", "recency", "days since any interaction of the customer or ticket", "days", "up",
            Events((*data.main, *further_kinds(data), "ticket_opened")), "days_since_last",
            reason=reason("no activity of any kind for {value} days", "seit {value} Tagen keinerlei Aktivität"),
        ),
    ]  # fmt: skip


def _others(data: Inventory) -> list[Feature]:
    return [
        Feature(
            f"recency_{noun((kind,)).slug}_days", "recency", f"days since the last {noun((kind,)).en}", "days",
            "up" if kind == "login" else "either", Events((kind,)), "days_since_last",
            reason=reason(
                f"{{value}} days since the last {noun((kind,)).en}",
                f"{{value}} Tage seit {noun((kind,)).de_since('letzte')}",
            ),
        )
        for kind in further_kinds(data)
    ]  # fmt: skip
