"""What customers say when asked, and their silence when asked."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import rare, reason, times
from bleib.features.inventory import Inventory

NPS = Events(("survey_nps",))
CSAT = Events(("survey_csat",))
RATED = Events(("ticket_rated",))


def declare(data: Inventory) -> list[Feature]:
    """Last answers, their change, detractor answers, questions left unanswered, marks for tickets."""
    return [
        Feature(
            "satisfaction_nps_last", "satisfaction", "newest NPS answer (0–10)", "points", "down", NPS, "last",
            "amount",
            reason=reason("last rated us {value} out of 10", "zuletzt mit {value} von 10 bewertet"),
        ),
        Feature(
            "satisfaction_nps_before", "satisfaction", "NPS answer before the newest (0–10)", "points", "down", NPS,
            "last", "amount", nth=2, meaning_de="vorletzte NPS-Antwort (0–10)",
        ),
        Feature(
            "satisfaction_nps_change", "satisfaction", "newest NPS answer less the one before", "points", "down",
            combine="difference", of="satisfaction_nps_last", than="satisfaction_nps_before",
            reason=reason(
                "last rating {value:# points lower|no higher|# points higher} than the one before",
                "letzte Bewertung {value:# Punkte niedriger|nicht höher|# Punkte höher} als die davor",
                ("{typical:# lower|no change|# higher}", "{typical:# niedriger|unverändert|# höher}"),
            ),
        ),
        Feature(
            "satisfaction_nps_mean_364", "satisfaction", "mean NPS answer of the last 364 days (0–10)", "points",
            "down", NPS, "mean", "amount", 364,
            reason=reason(
                "rated us {value} out of 10 on average in the last 364 days",
                "in den letzten 364 Tagen im Mittel mit {value} von 10 bewertet",
            ),
        ),
        Feature(
            "satisfaction_nps_days", "satisfaction", "days since the newest NPS answer", "days", "either", NPS,
            "days_since_last", meaning_de="Tage seit der letzten NPS-Antwort",
        ),
        Feature(
            "satisfaction_nps_answers_364", "satisfaction", "NPS answers in the last 364 days", "events", "down", NPS,
            "count", window_days=364, meaning_de="NPS-Antworten in den letzten 364 Tagen",
        ),
        Feature(
            "satisfaction_detractor_answers_364", "satisfaction", "NPS answers of 0–6 in the last 364 days", "events",
            "up", Events(("survey_detractor",)), "count", window_days=364,
            reason=times(
                "rated us 6 out of 10 or lower {value} times in the last 364 days",
                "in den letzten 364 Tagen {value}-mal mit höchstens 6 von 10 bewertet",
            ),
        ),
        Feature(
            "satisfaction_detractor_share_364", "satisfaction",
            "share of answers of 0–6 among the NPS answers, last 364 days", "share", "up", combine="ratio",
            of="satisfaction_detractor_answers_364", than="satisfaction_nps_answers_364",
            reason=rare(
                "{value} of the ratings in the last 364 days were 6 out of 10 or lower",
                "{value} der Bewertungen in den letzten 364 Tagen höchstens 6 von 10",
                ("most customers gave none", "bei den meisten keine"),
            ),
        ),
        Feature(
            "satisfaction_csat_last", "satisfaction", "newest CSAT answer (the company's own scale)", "points", "down",
            CSAT, "last", "amount",
            reason=reason("last satisfaction mark {value}", "letzte Zufriedenheitsnote {value}"),
        ),
        Feature(
            "satisfaction_unanswered_182", "satisfaction", "questions sent in the last 182 days and not answered",
            "events", "up", Events(("survey_sent",)), "open_count", window_days=182,
            reason=rare(
                "left {value} surveys unanswered in the last 182 days",
                "in den letzten 182 Tagen {value} Umfragen unbeantwortet gelassen",
                ("most customers left none", "die meisten keine"),
            ),
        ),
        Feature(
            "satisfaction_ticket_last", "satisfaction", "mark for the newest rated ticket", "points", "down", RATED,
            "last", "amount",
            reason=reason("rated the last ticket {value}", "das letzte Ticket mit {value} bewertet"),
        ),
        Feature(
            "satisfaction_ticket_mean_364", "satisfaction", "mean mark for tickets of the last 364 days", "points",
            "down", RATED, "mean", "amount", 364,
            reason=reason(
                "rated tickets {value} on average in the last 364 days",
                "in den letzten 364 Tagen Tickets im Mittel mit {value} bewertet",
            ),
        ),
    ]  # fmt: skip
