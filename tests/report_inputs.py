"""What the report reads, made up: a list of forty customers with difficult names, and an evaluation."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bleib.artifacts import AT_RISK
from bleib.settings import Settings, parse_settings
from bleib.tables import DTYPES

NAMES = (
    "Jürgen Müßiggang & Söhne Großhandelsgesellschaft für Büro- und Geschäftsausstattung mbH",
    "<b>Fett</b> & \"Co\" <script>alert('x')</script>",
    "=cmd|' /C calc'!A0",
    "Ægir Þórsson",
    "Änne Weiß",
    'O\'Brien "Bo" {{ 7 * 7 }}',
)
PLAYS = ("Call back with a fix and a named case owner", "Renewal talk before the date", "Plan check & explanation")
REASONS = (
    "no order for 84 days (usual here: 21)",
    "3 service tickets in 90 days, the longest open for 12 days (usual here: 0)",
    "contract renews in 11 days and auto-renewal is switched off",
)
SECTIONS = ("company", "churn", "features", "clock", "listing")


def settings(language: str = "en", definition: str = "contract") -> Settings:
    """Settings of a made-up company."""
    given: dict[str, Any] = {
        "company": {"name": "Nordlicht & Söhne", "time_zone": "Europe/Berlin", "language": language},
        "churn": {"definition": definition, "kinds": ["order"], "lead_days": 7, "horizon_days": 56},
    }
    return parse_settings({name: given.get(name, {}) for name in SECTIONS})


def at_risk(rows: int = 40) -> pd.DataFrame:
    """A list as the rank stage writes it; the customer in row 7 has neither reason, play, value nor segment."""
    assert AT_RISK.table is not None
    data = [_customer(k, bare=k == 7) for k in range(rows)]
    frame = pd.DataFrame(data, columns=list(AT_RISK.table.names))
    return AT_RISK.table.check(frame.astype({c.name: DTYPES[c.kind] for c in AT_RISK.table.columns}))


def _customer(k: int, bare: bool) -> dict[str, object]:
    found: dict[str, object] = {
        "rank": k + 1,
        "customer_id": f"{k:05d}" if k else "00012345678901234567",
        "display_name": NAMES[k] if k < len(NAMES) else f"Kundin {k}",
        "as_of_date": "2025-06-07",
        "churn_probability": round(0.93 - 0.02 * k, 4),
        "model_version": "0a1b2c3d4e5f",
    }
    if bare:
        return found
    return found | {
        "value_at_risk": 1234.56 - 30 * k,
        **{f"reason_{n + 1}": REASONS[(k + n) % 3] for n in range(1 + k % 3)},
        "play": PLAYS[k % 3],
        "due_date": f"2025-06-{8 + k % 7:02d}",
        "expected_net_value": 300.0 - 5 * k,
        "tier": "account manager" if k < 5 else "automated",
        "segment": ("business", "private")[k % 2],
    }


def _figure(value: float, half: float) -> dict[str, float]:
    return {"value": value, "low": round(value - half, 6), "high": round(value + half, 6)}


def metrics(passed: bool = True) -> dict[str, Any]:
    """metrics.json as the evaluate stage writes it."""
    skill = 0.3 if passed else 0.02
    ours = {
        "precision": _figure(0.414, 0.05),
        "recall": _figure(0.3, 0.04),
        "lift": _figure(3.4, 0.4),
        "average_precision": _figure(0.35, 0.03),
        "auroc": _figure(0.5 + skill, 0.03),
        "log_loss": _figure(0.3, 0.01),
        "brier": _figure(0.09, 0.005),
        "calibration_slope": _figure(0.95, 0.1),
        "calibration_intercept": _figure(-0.02, 0.1),
        "observed_expected": _figure(0.98, 0.07),
    }
    rule = {name: _figure(0.8 * ours[name]["value"], 0.03) for name in list(ours)[:5]}
    base = {"value": 0.12, "low": 0.1, "high": 0.14}
    return {
        "test": {
            "dates": ["2025-02-15", "2025-03-15", "2025-04-12"],
            "snapshots": 3000,
            "customers": 1100,
            "churned": 360,
            "base_rate": base,
            "capacity": 100,
        },
        "models": {"bleib": ours, "recency": rule, "rfm_logistic": ours, "bg_nbd": rule},
        "gain_over": {"recency": {"auroc": _figure(0.16 if passed else 0.004, 0.03)}},
        "gate": {"passed": passed, "reasons": ["…"]},
    }
