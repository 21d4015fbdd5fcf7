"""New customers must not be left alone."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import main_noun, reason
from bleib.features.inventory import Inventory


def declare(data: Inventory) -> list[Feature]:
    """Time on board, activity in the first weeks against the other customers, contact in the first weeks."""
    what = main_noun(data)
    early = f"onboarding_{what.slug}_count_first_28"
    return [
        Feature(
            "onboarding_tenure_days", "onboarding", "days since signing up", "days", "down", Events(("signed_up",)),
            "days_since_first",
            reason=reason("a customer for only {value} days", "erst seit {value} Tagen dabei"),
        ),
        Feature(
            f"onboarding_{what.slug}_first_days", "onboarding", f"days since the first {what.en}", "days", "down",
            Events(data.main), "days_since_first",
            reason=reason(f"first {what.en} only {{value}} days ago", f"{what.de_first} erst vor {{value}} Tagen"),
            for_rules=True,
        ),
        Feature(
            early, "onboarding", f"{what.en_many} in the 28 days from the first one", "events", "down",
            Events(data.main), "count_early", window_days=28,
            reason=reason(
                f"only {{value}} {what.en_many} in the first four weeks",
                f"nur {{value}} {what.de_many} in den ersten vier Wochen",
            ),
        ),
        Feature(
            f"onboarding_{what.slug}_first_rank", "onboarding",
            f"rank of the {what.en_many} in the first 28 days within the as-of date", "share", "down", combine="rank",
            of=early, meaning_de=f"Rang der {what.de_many} in den ersten 28 Tagen unter allen am Stichtag",
        ),
        Feature(
            "onboarding_contacts", "onboarding", "contacts by the company in the first 28 days after signing up",
            "events", "down", Events(("onboarding_contact",)), "count",
            reason=reason(
                "only {value} contacts by us in the first four weeks",
                "nur {value} Kontakte von uns in den ersten vier Wochen",
            ),
        ),
    ]  # fmt: skip
