"""The list as one page that a retention team opens from disk, searches, filters, sorts and prints."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from bleib.clock import outcome_window, shift, to_date
from bleib.features.nouns import noun
from bleib.report import quality
from bleib.report.formats import MISSING, Formats, money_digits
from bleib.report.pages import render
from bleib.report.texts import texts
from bleib.settings import Churn, Language, Settings

CENTS = 2  # digits
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
        has_net=has_net(at_risk),
        model=t["model_version"].format(version=risk_list.model_version),
    )


def has_value(at_risk: pd.DataFrame) -> bool:
    """Whether any customer's value is known; where no money is mapped all are empty or nought, which says nothing."""
    return bool((at_risk["value_at_risk"] > 0).any())


def has_net(at_risk: pd.DataFrame) -> bool:
    """Whether any customer's expected net value is known and says more than what the contact costs."""
    return has_value(at_risk) and bool(at_risk["expected_net_value"].notna().any())


def notes(risk_list: RiskList, metrics: dict[str, Any], settings: Settings) -> list[str]:
    """How to read the list, a paragraph each: what a probability means, how good the list is, how it is ordered.

    Where nobody is on the list there is only to say so.
    """
    f, t = Formats(settings.company.language, settings.company.currency), texts(settings.company.language)
    at_risk = risk_list.rows
    if at_risk.empty:
        return [t["nobody"]]
    start, end = outcome_days(risk_list.as_of, settings.churn, f)
    ordered = [t[key].format(days=f.number(settings.listing.value_horizon_days)) for key in _order(at_risk)]
    meaning = t["meaning"].format(leave=leaving(settings.churn, t, f.language), start=start, end=end)
    of_all = _expected(at_risk["churn_probability"], f, t)
    return [" ".join([meaning, *of_all]), " ".join(quality.of_hundred(metrics, f)), " ".join(ordered)]


def _expected(probability: pd.Series, f: Formats, t: dict[str, str]) -> list[str]:
    """How many of those on the list should leave, in at most one sentence; of a single customer the table says it."""
    if len(probability) == 1:
        return []
    leaving, n = f.number(probability.sum()), f.number(len(probability))
    return [t["expected_few"].format(n=n) if leaving == "0" else t["expected"].format(leaving=leaving, n=n)]


def _order(at_risk: pd.DataFrame) -> list[str]:
    """The texts that say by what the list is ordered (see ``rank.order``)."""
    if has_net(at_risk):
        return ["order_meaning", *(["order_negative"] if (at_risk["expected_net_value"] < 0).any() else [])]
    return ["order_value" if has_value(at_risk) else "order_probability"]


def outcome_days(day: date, churn: Churn, f: Formats) -> tuple[str, str]:
    """First and last day of the outcome window, in words."""
    window = outcome_window(day, churn.lead_days, churn.horizon_days)
    return f.day(window.start), f.day(shift(window.end, -1))


def leaving(churn: Churn, t: dict[str, str], language: Language) -> str:
    """What leaving means here, as the end of a sentence about what several customers will do."""
    if churn.definition == "contract":
        return t["leave_contract"]
    called = dict.fromkeys(getattr(noun((kind,)), f"{language}_many") for kind in churn.kinds)
    return t["leave_silence"].format(kinds=f" {t['or']} ".join(called)) if called else t["leave_silence_any"]


def filters(at_risk: pd.DataFrame, t: dict[str, str]) -> list[dict[str, Any]]:
    """The choices of play, tier and segment, each with its values; left out where there is nothing to choose."""
    choices = {name: sorted(at_risk[name].dropna().unique()) for name in FILTERS}
    return [
        {"name": name, "label": t[f"col_{name}"], "choices": values}
        for name, values in choices.items()
        if len(values) > 1
    ]


def _amount(value: float | None, f: Formats) -> str:
    """An amount of the list, which was rounded to cents: no digit behind them."""
    return MISSING if value is None else f.money(value, min(CENTS, money_digits(value)))


def _row(row: Mapping[Hashable, Any], f: Formats) -> dict[str, Any]:
    known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
    net = known["expected_net_value"]
    due = None if known["due_date"] is None else to_date(known["due_date"])
    return known | {
        "name": known["display_name"] or known["customer_id"],
        "percent": f.probability(known["churn_probability"]),
        "width": f"{100 * known['churn_probability']:.1f}",
        "value": _amount(known["value_at_risk"], f),
        "net": _amount(net, f),
        "costs_more": net is not None and net < 0,
        "reasons": [known[f"reason_{k}"] for k in (1, 2, 3) if known[f"reason_{k}"]],
        "due": f.short_day(due),
        "due_iso": "" if due is None else due.isoformat(),
    }
