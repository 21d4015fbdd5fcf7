"""Counts and trends of a kind of interactions beside the main activity, for the family that speaks for it."""

from __future__ import annotations

from bleib.features.declaration import Direction, Events, Feature
from bleib.features.families.wording import changed, rare, reason
from bleib.features.nouns import noun
from bleib.settings import Family


def of_kind(kind: str, family: Family, direction: Direction) -> list[Feature]:
    """How often, on how many days, and whether it grows or falls; ``direction`` is that of the counts."""
    what, events = noun((kind,)), Events((kind,))
    only_en, only_de, told = ("only ", "nur ", reason) if direction == "down" else ("", "", rare)
    return [
        *(
            Feature(
                f"{family}_{what.slug}_count_{w}", family, f"{what.en_many} in the last {w} days", "events",
                direction, events, "count", window_days=w,
                reason=told(
                    f"{only_en}{{value}} {what.en_many} in the last {w} days",
                    f"{only_de}{{value}} {what.de_many} in den letzten {w} Tagen",
                ),
            )
            for w in (14, 28, 91, 364)
        ),
        Feature(
            f"{family}_{what.slug}_days_91", family, f"days with {what.en_many} in the last 91 days", "days",
            direction, events, "distinct_days", window_days=91,
            meaning_de=f"{what.de_many}: an … der letzten 91 Tage",
        ),
        *(
            Feature(
                f"{family}_{what.slug}_trend_{w}", family,
                f"{what.en_many} in the last {w} days less those in the {w} days before", "events", "down", events,
                "trend", window_days=w, reason=changed(what.en_many, what.de_many, w),
            )
            for w in (28, 91)
        ),
    ]  # fmt: skip
