"""What the report reads, made up: a list of forty customers with difficult names, and an evaluation."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from bleib.artifacts import AT_RISK
from bleib.model.unproved import nothing_proved
from bleib.report.list_page import RiskList
from bleib.report.report_page import Evidence
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
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
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


def risk_list(frame: pd.DataFrame | None = None) -> RiskList:
    """The list with its day and model; ``frame``: other rows than those of ``at_risk``."""
    return RiskList(at_risk() if frame is None else frame, date(2025, 6, 7), "0a1b2c3d4e5f")


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


def failures() -> list[dict[str, Any]]:
    """A gate that fails in every way, as metrics.json has it."""
    return [
        {"kind": "gain", "figures": _figure(0.004, 0.03) | {"least": 0.0}},
        {"kind": "auroc", "figures": _figure(0.52, 0.03)},
        {"kind": "unstable", "figures": {"2025-03-15": 0.47, "2025-02-15": 0.54, "2025-04-12": 0.55}},
        {"kind": "folds", "figures": _figure(0.51, 0.02)},
        {"kind": "leak", "figures": _figure(0.99, 0.005) | {"most": 0.98}},
    ]


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
            "leavers": 310,
            "predicted_on_lists": 0.437,
            "base_rate": base,
            "capacity": 100,
        },
        "models": {"bleib": ours, "recency": rule, "rfm_logistic": ours, "bg_nbd": rule},
        "value": money(),
        "difference_from": {"recency": {"auroc": _figure(0.16 if passed else 0.004, 0.03)}},
        "rule": "recency",
        "gate": {"passed": passed, "reasons": ["…"], "failures": [] if passed else failures()},
    }


def evidence(passed: bool = True) -> Evidence:
    """All that the report page reads."""
    given = metrics(passed)
    models = list(given["models"])
    shares = np.round(np.linspace(0.02, 1, 50), 2)
    power = {"bleib": 0.45, "recency": 0.7, "rfm_logistic": 0.55, "bg_nbd": 0.6}
    dates = given["test"]["dates"]
    auroc = [0.81, 0.79, 0.8] if passed else [0.54, 0.47, 0.55]
    return Evidence(
        risk_list=risk_list(),
        metrics=given,
        comparison=pd.DataFrame(
            [{"model": m, "metric": k} | v for m, found in given["models"].items() for k, v in found.items()]
        ),
        by_group=by_group(),
        by_date=pd.DataFrame(
            [
                {"as_of_date": day, "model": m, "snapshots": 1000, "auroc": value - 0.05 * models.index(m)}
                | {"base_rate": 0.12, "precision": 0.4 - 0.05 * models.index(m)}
                for m in models
                for day, value in zip(dates, auroc, strict=True)
            ]
        ),
        reliability=pd.DataFrame(
            {"predicted": np.linspace(0.02, 0.5, 10), "observed": np.linspace(0.03, 0.46, 10), "snapshots": 300}
            | {"low": np.linspace(0.01, 0.4, 10), "high": np.linspace(0.05, 0.52, 10)}
            | {"lowest": np.linspace(0.0, 0.48, 10), "highest": np.linspace(0.05, 0.53, 10)}
            | {"churned": [9, 23, 38, 52, 66, 81, 95, 109, 124, 138]}
        ),
        gain=pd.DataFrame(
            [
                {"model": m, "share": s, "recall": s ** power[m], "precision": 0.12 * s ** (power[m] - 1)}
                for m in models
                for s in shares
            ]
        ),
        profit=pd.DataFrame(
            [
                {"model": m, "share": share, "profit": 2000 * share * (slope - share)}
                for m, slope in {"bleib": 0.6, "recency": 0.4, "bleib_by_value": 0.8, "perfect": 1.2}.items()
                for share in shares
            ]
        ),
        folds=pd.DataFrame(
            {
                "as_of_date": ["2024-10-05", "2024-11-02"] * 2,
                "candidate": ["boosters"] * 2 + ["linear"] * 2,
                "snapshots": [900, 950] * 2,
                "base_rate": [0.1, 0.11] * 2,
                "auroc": [0.71, 0.78, 0.6, 0.61],
            }
        ),
        dates_curve=pd.DataFrame({"dates": [1, 2, 4], "auroc": [0.71, 0.74, 0.76]}),
        recipe={
            "candidate": "boosters",
            "settings_from": "params",
            "basis": {"leavers": 360, "few": False, "folds": 4, "folds_wanted": 4},
        },
        label_summary=pd.DataFrame(
            {
                "as_of_date": ["2025-02-15", "2025-03-15", "2025-04-12", "2025-06-07"],
                "base_rate": [0.11, 0.12, 0.13, None],
            }
        ),
        split=pd.DataFrame(
            {
                "as_of_date": ["2024-11-02", "2024-11-30", *dates, "2025-06-07"],
                "part": ["train"] * 2 + ["test"] * 3 + ["score"],
            }
        ),
        trained_again=["2024-11-30", *dates],
        contributions=pd.DataFrame(
            {
                "customer_id": np.repeat([f"{k:05d}" for k in range(50)], 3),
                "family": ["recency", "tickets", "contract"] * 50,
                "contribution": np.tile([0.5, -0.3, 0.12], 50),
                "peer": True,
            }
        ),
        cohort=50,
        beeswarm=PIXEL,
        ingest=_ingest(),
        key_figures=key_figures(),
    )


def by_group() -> pd.DataFrame:
    """Two segments and three groups of tenure. Customers of under 90 days are ranked less well than the others; with
    them, and in the first segment, the rule may serve as well.
    """
    nan = float("nan")
    groups = [
        ("segment", "business & <i>Öffentliche</i>", nan, nan, 0.8, 0.03, -0.02),
        ("segment", "private", nan, nan, 0.8, 0.16, 0.02),
        ("tenure", "1", nan, 90.0, 0.66, 0.01, -0.14),
        ("tenure", "2", 90.0, 1234.0, 0.79, 0.15, -0.01),
        ("tenure", "3", 1234.0, nan, 0.82, 0.17, 0.05),
    ]
    rows = [
        {"by": by, "group": name, "start": start, "end": end, "snapshots": 1500, "churned": 180, "metric": metric}
        | _figure(value, 0.04)
        for by, name, start, end, auroc, gain, rest in groups
        for metric, value in {
            "auroc": auroc, "auroc_gain": gain, "auroc_over_rest": rest, "average_precision": 0.4, "base_rate": 0.12
        }.items()
    ]  # fmt: skip
    return pd.DataFrame(rows).round(6)


def unproved() -> dict[str, Any]:
    """metrics.json of a company of which no outcome is closed yet."""
    return nothing_proved(100, date(2025, 9, 30)).metrics


def money() -> dict[str, Any]:
    """The part of metrics.json that speaks of money."""
    lists = {"bleib": 900.0, "recency": 250.0, "bleib_by_value": 1234.5}
    models = {
        name: {"at_capacity": _figure(brought, 100.0), "captured": _figure(brought / 4000, 0.02)}
        for name, brought in lists.items()
    }
    models["bleib_by_value"]["left"] = _figure(0.31, 0.05)
    models["bleib"] |= {"empc": _figure(1.25, 0.2), "empb": _figure(1.5, 0.2)}
    return {"success": 0.16, "cost": 11.0, "mean_margin": 320.0, "models": models}


def key_figures() -> pd.DataFrame:
    """Key figures of fourteen months, two segments and three cohorts."""
    months = [f"2024-{m:02d}" for m in range(4, 13)] + [f"2025-{m:02d}" for m in range(1, 6)]
    groups = [("month", "all"), ("segment", "business"), ("segment", "private")]
    groups += [("cohort", name) for name in ("2024-Q1", "2024-Q2", "2024-Q3")]
    rows = []
    for by, group in groups:
        for k, period in enumerate([*months, "2024-06..2025-05"]):
            churn = 2 + k % 3 + (20 if ".." in period else 0)
            given = {"churn_rate": (churn, "%"), "retention_rate": (100 - churn, "%"), "nps": (31 + k, "points")}
            given |= {"repeat_purchase_rate": (40 + k, "%"), "clv": (1234.5 + k, "EUR / 12 months")}
            rows += [
                {"figure": name, "by": by, "group": group, "period": period, "value": value, "unit": unit, "n": 400}
                for name, (value, unit) in given.items()
                if not (name == "clv" and ".." in period)
            ]
    return pd.DataFrame(rows)


def _ingest() -> dict[str, Any]:
    fault = {
        "table": "interactions", "file": "orders_2024-01.csv", "column": "occurred_at", "reason": "time cannot be read",
        "rows": 17, "examples": ["31.02.2024", "<i>bald</i>"], "expected": "a time such as 2024-01-31 14:00",
        "remedy": "set date_format: of this source", "fatal": False,
    }  # fmt: skip
    counts = {"rows_in": 12345, "rows_out": 12300, "quarantined": 17, "filtered": 20, "merged": 8}
    files = [f"orders_2024-{m:02d}.csv" for m in range(1, 13)]
    return {
        "calendar": {
            "first_day": "2024-03-10",
            "data_end": "2025-06-07",
            "how": "found: 2025-06-06 is the last usual day",
        },
        "sources": [{"table": "interactions", "files": files, **counts, "faults": [fault]}],
        "totals": counts,
        "observations": [],
    }
