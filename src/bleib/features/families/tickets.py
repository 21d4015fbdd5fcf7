"""Slow, hard-to-reach or repeated service drives people away."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import rare, reason, times
from bleib.features.inventory import Inventory

OPENED = Events(("ticket_opened",))
ANSWERED = Events(("ticket_answered",))
RESOLVED = Events(("ticket_resolved",))
REOPENED = Events(("ticket_reopened",))


def declare(data: Inventory) -> list[Feature]:
    """Tickets opened, open, slow, reopened, repeated."""
    return [
        *(
            Feature(
                f"tickets_opened_{w}", "tickets", f"tickets opened in the last {w} days", "events", "up", OPENED,
                "count", window_days=w,
                reason=rare(f"{{value}} tickets in the last {w} days", f"{{value}} Tickets in den letzten {w} Tagen"),
            )
            for w in (28, 91, 182, 364)
        ),
        Feature(
            "tickets_trend_91", "tickets", "tickets of the last 91 days less those of the 91 days before", "events",
            "up", OPENED, "trend", window_days=91,
            meaning_de="Tickets der letzten 91 Tage weniger die der 91 Tage davor",
        ),
        Feature(
            "tickets_last_days", "tickets", "days since the last ticket", "days", "either", OPENED, "days_since_last",
            reason=reason("last ticket {value} days ago", "letztes Ticket vor {value} Tagen"),
        ),
        Feature(
            "tickets_open_now", "tickets", "tickets not resolved", "events", "up", OPENED, "open_count",
            reason=rare("{value} open tickets", "{value} offene Tickets"),
        ),
        Feature(
            "tickets_open_longest_days", "tickets", "age of the oldest ticket not resolved", "days", "up", OPENED,
            "open_longest_days",
            reason=reason("a ticket has been open for {value} days", "ein Ticket ist seit {value} Tagen offen"),
        ),
        *(
            Feature(
                f"tickets_first_response_hours_{w}", "tickets", f"mean hours to the first answer, last {w} days",
                "hours", "up", ANSWERED, "mean", "amount", w,
                reason=reason(
                    f"waited {{value}} hours on average for a first answer in the last {w} days",
                    f"in den letzten {w} Tagen im Mittel {{value}} Stunden auf eine erste Antwort gewartet",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "tickets_last_response_hours", "tickets", "hours to the first answer of the newest answered ticket",
            "hours", "up", ANSWERED, "last", "amount",
            reason=reason(
                "waited {value} hours for the latest first answer",
                "zuletzt {value} Stunden auf eine erste Antwort gewartet",
            ),
        ),
        Feature(
            "tickets_slowest_response_hours_182", "tickets", "longest wait for a first answer in the last 182 days",
            "hours", "up", ANSWERED, "max", "amount", 182,
            reason=reason(
                "waited up to {value} hours for a first answer in the last 182 days",
                "in den letzten 182 Tagen bis zu {value} Stunden auf eine erste Antwort gewartet",
            ),
        ),
        Feature(
            "tickets_resolution_hours_182", "tickets", "mean hours to the resolution, last 182 days", "hours", "up",
            RESOLVED, "mean", "amount", 182,
            reason=reason(
                "tickets took {value} hours on average to be resolved in the last 182 days",
                "Tickets in den letzten 182 Tagen im Mittel erst nach {value} Stunden gelöst",
            ),
        ),
        Feature(
            "tickets_reopened_182", "tickets", "tickets the customer had to come back to, last 182 days", "events",
            "up", REOPENED, "count", window_days=182,
            reason=rare(
                "{value} tickets reopened in the last 182 days",
                "{value} Tickets in den letzten 182 Tagen wieder geöffnet",
            ),
        ),
        Feature(
            "tickets_topics_182", "tickets", "different topics of tickets in the last 182 days", "events", "either",
            OPENED, "distinct_topics", window_days=182,
            meaning_de="verschiedene Themen der Tickets in den letzten 182 Tagen",
        ),
        Feature(
            "tickets_repeats_182", "tickets", "tickets on a topic the customer had already asked about, last 182 days",
            "events", "up", combine="difference", of="tickets_opened_182", than="tickets_topics_182",
            reason=times(
                "came back {value} times with the same topic in the last 182 days",
                "in den letzten 182 Tagen {value}-mal erneut mit demselben Thema gemeldet",
            ),
        ),
        Feature(
            "tickets_channels_91", "tickets", "channels over which tickets came in the last 91 days", "events", "up",
            OPENED, "distinct_channels", window_days=91,
            reason=rare(
                "asked for help over {value} channels in the last 91 days",
                "in den letzten 91 Tagen über {value} Kanäle um Hilfe gebeten",
                ("most customers did not ask", "die meisten gar nicht"),
            ),
        ),
        Feature(
            "tickets_priority_best_91", "tickets", "smallest priority number (1 is most urgent) in the last 91 days",
            "ratio", "either", OPENED, "min", "amount", 91,
            meaning_de="kleinste Prioritätsnummer (1 ist am dringendsten) in den letzten 91 Tagen",
        ),
    ]  # fmt: skip
