"""Loyal customers buy and use regularly."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature, Reason
from bleib.features.families.further import of_kind
from bleib.features.families.wording import USE_KINDS, WINDOWS, changed, further_kinds, main_noun, reason
from bleib.features.inventory import Inventory

DAY_WINDOWS = (28, 91, 182, 364)
TREND_WINDOWS = (28, 56, 91, 182)
HALF_LIVES = (14, 45, 120)


def declare(data: Inventory) -> list[Feature]:
    """Counts, active days, decayed counts and trends of the main activity and of the use, ranks within the date."""
    main, what = Events(data.main), main_noun(data)
    name = f"frequency_{what.slug}"
    return [
        *(
            Feature(
                f"{name}_count_{w}", "frequency", f"{what.en_many} in the last {w} days", "events", "down", main,
                "count", window_days=w,
                reason=reason(
                    f"only {{value}} {what.en_many} in the last {w} days",
                    f"nur {{value}} {what.de_many} in den letzten {w} Tagen",
                ),
            )
            for w in WINDOWS
        ),
        Feature(
            f"{name}_count_all", "frequency", f"{what.en_many} in all the time on record", "events", "down", main,
            "count",
            reason=reason(f"only {{value}} {what.en_many} so far", f"bisher nur {{value}} {what.de_many}"),
            for_rules=True,
        ),
        *(
            Feature(
                f"{name}_days_{w}", "frequency", f"days with {what.en_many} in the last {w} days", "days", "down", main,
                "distinct_days", window_days=w,
                reason=reason(
                    f"{{value:no {what.en_many} on any of the last {w} days|"
                    f"{what.en_many} on only # days of the last {w}}}",
                    f"in den letzten {w} Tagen {{value:an keinem Tag|nur an # Tagen}} {what.de_many}",
                    ("{typical} days", "an {typical} Tagen"),
                ),
            )
            for w in DAY_WINDOWS
        ),
        *(
            Feature(
                f"{name}_decayed_{h}", "frequency", f"{what.en_many}, each worth half as much after every {h} days",
                "events", "down", main, "decayed_count", window_days=h,
                meaning_de=f"{what.de_many}, nach je {h} Tagen halb gezählt",
            )
            for h in HALF_LIVES
        ),
        *(
            Feature(
                f"{name}_trend_{w}", "frequency",
                f"{what.en_many} in the last {w} days less those in the {w} days before", "events", "down", main,
                "trend", window_days=w,
                reason=changed(what.en_many, what.de_many, w),
            )
            for w in TREND_WINDOWS
        ),
        *(
            Feature(
                f"{name}_rank_{w}", "frequency",
                f"rank of the {what.en_many} in the last {w} days within the as-of date", "share", "down",
                combine="rank", of=f"{name}_count_{w}",
                reason=Reason(
                    f"among the {{value}} of the customers with the fewest {what.en_many} in the last {w} days",
                    f"unter den {{value}} der Kundschaft mit den wenigsten {what.de_many} in den letzten {w} Tagen",
                ),
            )
            for w in (91, 182)
        ),
        *(entry for kind in further_kinds(data) if kind in USE_KINDS for entry in of_kind(kind, "frequency", "down")),
    ]  # fmt: skip
