"""A broken habit, not a low level, is the signal: the customer's own rhythm between active days."""

from __future__ import annotations

from bleib.features.declaration import Aggregate, Events, Feature
from bleib.features.families.wording import main_noun, reason
from bleib.features.inventory import Inventory

GAPS: tuple[tuple[str, Aggregate, str, str], ...] = (
    ("gap_median", "gap_median", "median", "Median der Abstände"),
    ("gap_mean", "gap_mean", "mean", "mittlerer Abstand"),
    ("gap_q75", "gap_q75", "75 % quantile", "75-%-Quantil der Abstände"),
    ("gap_q90", "gap_q90", "90 % quantile", "90-%-Quantil der Abstände"),
    ("gap_std", "gap_std", "standard deviation", "Streuung der Abstände"),
)
HAZARD_DAYS = (28, 56, 91)


def declare(data: Inventory) -> list[Feature]:
    """Own gaps, the silence measured in own gaps, and the customer's own chance to come back."""
    main, what = Events(data.main), main_noun(data)
    name = f"cadence_{what.slug}"
    told = {
        "gap_median": reason(
            f"usually {{value}} days between two {what.en_many}", f"{what.de_many} meist im Abstand von {{value}} Tagen"
        ),
        "gap_std": reason(
            f"irregular rhythm: the days between two {what.en_many} vary by {{value}}",
            "unregelmäßiger Rhythmus: Abstände schwanken um {value} Tage",
        ),
    }
    return [
        *(
            Feature(
                f"{name}_{key}", "cadence", f"{en} of the days between days with {what.en_many}", "days", "up", main,
                aggregate,
                reason=told.get(key), meaning_de=f"{what.de_many}: {de} in Tagen",
            )
            for key, aggregate, en, de in GAPS
        ),
        Feature(
            f"{name}_elapsed_over_median", "cadence", f"days since the last {what.en} ÷ the customer's own median gap",
            "gaps", "up", main, "elapsed_over_gap_median",
            reason=reason(
                f"no {what.en} for {{value}} times the customer’s own usual gap",
                f"seit dem {{value}}-Fachen des eigenen üblichen Abstands {what.de_none}",
            ),
        ),
        Feature(
            f"{name}_elapsed_over_q90", "cadence",
            f"days since the last {what.en} ÷ the customer's own long gap (90 %)", "gaps", "up", main,
            "elapsed_over_gap_q90",
            reason=reason(
                f"no {what.en} for {{value}} times the customer’s own long gaps",
                f"seit dem {{value}}-Fachen der eigenen langen Abstände {what.de_none}",
            ),
        ),
        Feature(
            f"{name}_elapsed_rank", "cadence", "rank of the silence in own median gaps within the as-of date", "share",
            "up", combine="rank", of=f"{name}_elapsed_over_median",
            meaning_de="Rang der Stille in eigenen üblichen Abständen unter allen am Stichtag",
        ),
        *(
            Feature(
                f"{name}_renewal_{h}", "cadence",
                f"share of the own gaps as long as this silence that ended within {h} more days, drawn towards 20 %",
                "share", "down", main, "renewal_hazard", window_days=h,
                reason=reason(
                    f"by the customer’s own rhythm the chance of another {what.en} within {h} days is only {{value}}",
                    f"nach dem eigenen Rhythmus nur mit {{value}} Wahrscheinlichkeit binnen {h} Tagen wieder da",
                ),
            )
            for h in HAZARD_DAYS
        ),
    ]  # fmt: skip
