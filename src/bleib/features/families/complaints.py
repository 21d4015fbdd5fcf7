"""Bad experiences are remembered; a quick honest fix beats a gift."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import rare, reason
from bleib.features.inventory import Inventory

FILED = Events(("complaint_filed",))


def declare(data: Inventory) -> list[Feature]:
    """Complaints filed and unresolved, their age and severity, the wait for an answer."""
    return [
        *(
            Feature(
                f"complaints_filed_{w}", "complaints", f"complaints filed in the last {w} days", "events", "up", FILED,
                "count", window_days=w,
                reason=rare(
                    f"{{value}} complaints in the last {w} days",
                    f"{{value}} Beschwerden in den letzten {w} Tagen",
                ),
            )
            for w in (28, 91, 364)
        ),
        Feature(
            "complaints_open_now", "complaints", "complaints not resolved", "events", "up", FILED, "open_count",
            reason=rare("{value} unresolved complaints", "{value} ungelöste Beschwerden"),
        ),
        Feature(
            "complaints_open_longest_days", "complaints", "age of the oldest complaint not resolved", "days", "up",
            FILED, "open_longest_days",
            reason=reason(
                "a complaint has been unresolved for {value} days",
                "eine Beschwerde ist seit {value} Tagen ungelöst",
            ),
        ),
        Feature(
            "complaints_last_days", "complaints", "days since the last complaint", "days", "down", FILED,
            "days_since_last",
            reason=reason("complained only {value} days ago", "erst vor {value} Tagen beschwert"),
        ),
        Feature(
            "complaints_severity_max_182", "complaints", "highest severity in the last 182 days", "ratio", "up", FILED,
            "max", "amount", 182,
            reason=reason(
                "a complaint of severity {value} in the last 182 days",
                "in den letzten 182 Tagen eine Beschwerde der Schwere {value}",
            ),
        ),
        Feature(
            "complaints_answer_hours_364", "complaints", "mean hours to the first answer, last 364 days", "hours", "up",
            Events(("complaint_answered",)), "mean", "amount", 364,
            reason=reason(
                "complaints answered only after {value} hours on average",
                "Beschwerden im Mittel erst nach {value} Stunden beantwortet",
            ),
        ),
        Feature(
            "complaints_compensation_364", "complaints", "compensation received in the last 364 days", "currency",
            "either", Events(("complaint_compensated",)), "sum", "amount", 364,
            meaning_de="Entschädigungen in den letzten 364 Tagen",
        ),
        Feature(
            "complaints_per_ticket_364", "complaints", "complaints ÷ tickets in the last 364 days", "ratio", "up",
            combine="ratio", of="complaints_filed_364", than="tickets_opened_364",
            reason=rare(
                "{value} complaints for every ticket in the last 364 days",
                "{value} Beschwerden je Ticket in den letzten 364 Tagen",
            ),
        ),
    ]  # fmt: skip
