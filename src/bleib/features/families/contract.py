"""Renewals are decision points."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature, Reason
from bleib.features.families.wording import reason, times
from bleib.features.inventory import Inventory

STARTED = Events(("contract_started",))


def declare(data: Inventory) -> list[Feature]:
    """Days to the renewal, automatic renewal, age of the contract, earlier cancellations."""
    return [
        Feature(
            "contract_renewal_days", "contract", "days until the next renewal", "days", "down",
            Events(("contract_renewal",)), "days_until_next",
            reason=reason(
                "the contract is up for renewal in {value} days",
                "die Verlängerung des Vertrags steht in {value} Tagen an",
                ("in {typical} days", "in {typical} Tagen"),
            ),
        ),
        Feature(
            "contract_auto_renew", "contract", "whether the newest contract renews by itself (1) or not (0)", "ratio",
            "down", Events(("contract_auto_renew",)), "last", "amount",
            reason=Reason("automatic renewal is switched off", "die automatische Verlängerung ist abgeschaltet"),
            meaning_de="ob sich der neueste Vertrag von selbst verlängert (1) oder nicht (0)",
        ),
        Feature(
            "contract_running", "contract", "running contracts", "events", "down", Events(("contract_running",)),
            "open_count",
            reason=reason("only {value} running contracts", "nur {value} laufende Verträge"),
        ),
        Feature(
            "contract_age_days", "contract", "days since the newest contract began", "days", "down", STARTED,
            "days_since_last",
            reason=reason("the contract is only {value} days old", "der Vertrag ist erst {value} Tage alt"),
        ),
        Feature(
            "contract_started_all", "contract", "contracts ever begun", "events", "down", STARTED, "count",
            meaning_de="alle je begonnenen Verträge",
        ),
        Feature(
            "contract_cancellations_all", "contract", "earlier notices given, withdrawn or of other contracts",
            "events", "up", Events(("contract_cancelled",)), "count",
            reason=times("gave notice {value} times before", "hat schon {value}-mal gekündigt"),
        ),
        Feature(
            "contract_ended_all", "contract", "contracts that ended", "events", "up", Events(("contract_ended",)),
            "count", meaning_de="beendete Verträge",
        ),
    ]  # fmt: skip
