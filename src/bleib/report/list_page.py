"""The list as one page that a retention team opens from disk, searches, filters, sorts and prints."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bleib.clock import outcome_window, shift, to_date
from bleib.report import quality
from bleib.report.formats import MISSING, Formats
from bleib.report.pages import render
from bleib.report.texts import texts
from bleib.settings import Churn, Settings

FILTERS = ("play", "tier", "segment")


@dataclass(frozen=True)
class RiskList:
    """The list: ``rows`` in the columns of ``artifacts.AT_RISK``, the day for which and the model by which it was made.

    Day and model are known also where nobody is on the list.
    """

    rows: pd.DataFrame
    as_of: date
    model_version: str


def list_page(risk_list: RiskList, metrics: dict[str, Any], settings: Settings) -> str:
    """HTML of the list; ``metrics`` is metrics.json, ``settings`` hold company, churn and listing."""
    company, at_risk = settings.company, risk_list.rows
    f, t = Formats(company.language, company.currency), texts(company.language)
    return render(
        "list.html.j2",
        t=t,
        language=company.language,
        company=company.name,
        as_of=f.day(risk_list.as_of),
        listed=t["customer_listed"] if len(at_risk) == 1 else t["customers_listed"].format(n=f.number(len(at_risk))),
        notes=notes(risk_list, metrics, settings),
        banner=quality.banner(metrics, f),
        filters=filters(at_risk, t),
        rows=[_row(row, f) for row in at_risk.to_dict("records")],
        has_value=has_value(at_risk),
        model=t["model_version"].format(version=risk_list.model_version),
    )


def has_value(at_risk: pd.DataFrame) -> bool:
    """Whether any customer's value is known; where no money is mapped all are empty or nought, which says nothing."""
    return bool((at_risk["value_at_risk"] > 0).any())


def notes(risk_list: RiskList, metrics: dict[str, Any], settings: Settings) -> list[str]:
    """How to read the list, a paragraph each: what a probability means, how good the list is, how it is ordered.

    Where nobody is on the list there is only to say so.
    """
    f, t = Formats(settings.company.language, settings.company.currency), texts(settings.company.language)
    at_risk = risk_list.rows
    if at_risk.empty:
        return [t["nobody"]]
    start, end = outcome_days(risk_list.as_of, settings.churn, f)
    ordered = t[_order(at_risk)].format(days=f.number(settings.listing.value_horizon_days))
    leave = leaving(settings.churn, t)
    meaning = t["meaning"].format(leave=leave, start=start, end=end)
    expected = t["expected"].format(
        leave=leave, leaving=f.number(at_risk["churn_probability"].sum()), n=f.number(len(at_risk))
    )
    return [f"{meaning} {expected}", " ".join(quality.of_hundred(metrics, f)), ordered]


def _order(at_risk: pd.DataFrame) -> str:
    """The text that says by what the list is ordered (see ``rank.order``)."""
    if not has_value(at_risk):
        return "order_probability"
    return "order_meaning" if at_risk["expected_net_value"].notna().any() else "order_value"


def outcome_days(day: date, churn: Churn, f: Formats) -> tuple[str, str]:
    """First and last day of the outcome window, in words."""
    window = outcome_window(day, churn.lead_days, churn.horizon_days)
    return f.day(window.start), f.day(shift(window.end, -1))


def leaving(churn: Churn, t: dict[str, str]) -> str:
    """What leaving means here, as the end of a sentence about several customers."""
    if churn.definition == "contract":
        return t["leave_contract"]
    return t["leave_silence"].format(kinds=", ".join(churn.kinds)) if churn.kinds else t["leave_silence_any"]


def filters(at_risk: pd.DataFrame, t: dict[str, str]) -> list[dict[str, Any]]:
    """The choices of play, tier and segment, each with its values; left out where there is nothing to choose."""
    choices = {name: sorted(at_risk[name].dropna().unique()) for name in FILTERS}
    return [
        {"name": name, "label": t[f"col_{name}"], "choices": values}
        for name, values in choices.items()
        if len(values) > 1
    ]


def _row(row: Mapping[Hashable, Any], f: Formats) -> dict[str, Any]:
    known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    due = None if known["due_date"] is None else to_date(known["due_date"])
    return known | {
        "name": known["display_name"] or known["customer_id"],
        "percent": f.percent(known["churn_probability"]),
        "width": f"{100 * known['churn_probability']:.1f}",
        "value": MISSING if known["value_at_risk"] is None else f.money(known["value_at_risk"]),
        "reasons": [known[f"reason_{k}"] for k in (1, 2, 3) if known[f"reason_{k}"]],
        "due": f.short_day(due),
        "due_iso": "" if due is None else due.isoformat(),
    }
