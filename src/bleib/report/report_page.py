"""The report as one page that opens from disk: verdict and quality, reasons, key figures, data, definitions."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bleib.clock import shift, to_date
from bleib.report import plots, quality, views
from bleib.report.definitions import definitions
from bleib.report.evaluation import Judged, questions, tested
from bleib.report.formats import Formats
from bleib.report.key_figures import horizon_months
from bleib.report.list_page import RiskList
from bleib.report.pages import render
from bleib.report.texts import texts
from bleib.settings import Settings


@dataclass(frozen=True)
class Evidence:
    """What the stages before found, as they wrote it (artifacts of the same names).

    ``risk_list``: the list; ``trained_again``: the dates on which the model of the list was trained.
    """

    risk_list: RiskList
    metrics: dict[str, Any]
    comparison: pd.DataFrame
    by_group: pd.DataFrame
    by_date: pd.DataFrame
    reliability: pd.DataFrame
    gain: pd.DataFrame
    profit: pd.DataFrame
    folds: pd.DataFrame
    dates_curve: pd.DataFrame
    recipe: dict[str, Any]
    label_summary: pd.DataFrame
    split: pd.DataFrame
    trained_again: list[str]
    contributions: pd.DataFrame
    cohort: int
    beeswarm: bytes
    ingest: dict[str, Any]
    key_figures: pd.DataFrame


def pictures(evidence: Evidence, f: Formats) -> dict[str, bytes]:
    """PNG bytes of every plot for which there are figures, by name."""
    cohort = evidence.contributions[evidence.contributions["peer"]]
    families = cohort.groupby("family")["contribution"].apply(lambda values: values.abs().mean())
    found = {"importance": plots.importance(families, f), "beeswarm": evidence.beeswarm}
    if evidence.metrics["models"]:
        found["reliability"] = plots.reliability(evidence.reliability, f)
        found["gain"] = plots.gain(evidence.gain, evidence.metrics, f)
        found["precision"] = plots.precision(evidence.gain, evidence.metrics, f)
        found["dates"] = plots.by_date(evidence.by_date, f)
    if len(evidence.dates_curve) > 1:
        found["dates_curve"] = plots.dates_curve(evidence.dates_curve, f)
    if len(evidence.profit):
        rule = quality.best_rule(evidence.metrics["value"]["models"], "at_capacity")
        found["profit"] = plots.profit(evidence.profit, rule, f)
    if evidence.label_summary["base_rate"].notna().any():
        found["base_rate"] = plots.base_rate(evidence.label_summary, f)
    return found | _key_figure_pictures(evidence.key_figures, f)


def _key_figure_pictures(figures: pd.DataFrame, f: Formats) -> dict[str, bytes]:
    monthly = figures[~views.is_joined(figures)]
    plan = {"churn": ("churn_rate", "axis_share", True), "repeat": ("repeat_purchase_rate", "axis_repeat", True)}
    plan |= {"nps": ("nps", "axis_nps", False)}
    found = {}
    for name, (figure, axis, from_zero) in plan.items():
        rows = monthly[(monthly["figure"] == figure) & (monthly["by"] == "month")].sort_values("period")
        if len(rows) > 1:
            found[name] = plots.monthly(rows, axis, f, from_zero)
    cohorts = monthly[(monthly["figure"] == "retention_rate") & (monthly["by"] == "cohort")]
    if plots.survival_curves(cohorts):
        found["retention"] = plots.survival(cohorts, f)
    return found


def report_page(evidence: Evidence, images: dict[str, bytes], settings: Settings) -> str:
    """HTML of the report; ``images`` are the PNG bytes of ``pictures``. Parts without figures are absent."""
    company = settings.company
    f, t = Formats(company.language, company.currency), texts(company.language)
    day = evidence.risk_list.as_of
    judged = Judged(
        evidence.metrics,
        evidence.comparison,
        evidence.by_group,
        evidence.by_date,
        evidence.reliability,
        evidence.folds[evidence.folds["candidate"] == evidence.recipe["candidate"]],
        settings.listing.value_horizon_days,
    )
    return render(
        "report.html.j2",
        t=t,
        language=company.language,
        company=company.name,
        as_of=f.day(day),
        banner=quality.banner(evidence.metrics, f),
        facts=quality.facts(evidence.metrics, f),
        tested=[*tested(evidence.metrics, f), *quality.how_little(evidence.recipe, f)],
        questions=questions(judged, f) if evidence.metrics["models"] else [],
        images={name: base64.b64encode(content).decode("ascii") for name, content in images.items()},
        figures=_figures(evidence.key_figures, settings, f),
        data=_data(evidence.ingest, f),
        definitions=definitions(
            settings.churn,
            day,
            evidence.cohort,
            evidence.split,
            evidence.trained_again,
            evidence.recipe["settings_from"],
            evidence.risk_list.model_version,
            f,
        ),
    )


def _figures(figures: pd.DataFrame, settings: Settings, f: Formats) -> dict[str, Any] | None:
    """Tables and notes of the key figures; None where there is no whole month."""
    if figures.empty:
        return None
    t, churn, listing = texts(f.language), settings.churn, settings.listing
    horizon = horizon_months(listing.value_horizon_days)
    notes = [t["note_figures"], t[f"note_{churn.definition}_month"].format(days=f.number(churn.active_days))]
    if (figures["figure"] == "clv").any():
        notes.append(t["note_clv"].format(months=horizon, rate=f.percent(listing.discount_rate)))
    period = f.month(views.joined_period(figures))
    tables = {t["figures_month"]: views.months(figures, horizon, f)}
    for by in ("segment", "cohort"):
        if (figures["by"] == by).any():
            tables[t[f"figures_{by}"].format(period=period)] = views.groups(figures, by, horizon, f)
    return {"notes": notes, "tables": tables}


def _data(report: dict[str, Any], f: Formats) -> dict[str, Any]:
    t, calendar = texts(f.language), report["calendar"]
    last = shift(to_date(calendar["data_end"]), -1)
    faults = [fault for entry in report["sources"] for fault in entry["faults"]]
    return {
        "span": t["data_span"].format(first=f.day(to_date(calendar["first_day"])), last=f.day(last)),
        "how": calendar["how"],
        "sources": views.sources(report, f),
        "faults": views.faults(faults, f) if faults else None,
        "observations": views.faults(report["observations"], f) if report["observations"] else None,
    }
