"""report: the list as page and workbook, the key figures, the report page."""

from __future__ import annotations

from bleib import artifacts as a
from bleib.buckets import read_tables
from bleib.clock import to_date
from bleib.cohort.label import calendar_of
from bleib.files import read_csv, read_json, read_parquet, replacing, version_of, write_csv, write_text
from bleib.model import tracking
from bleib.report.formats import Formats
from bleib.report.key_figures import key_figures
from bleib.report.list_page import RiskList, list_page
from bleib.report.report_page import Evidence, pictures, report_page
from bleib.report.workbook import workbook
from bleib.settings import Settings, load_settings
from bleib.stages import run

PARAMS = ("company", "churn", "features", "listing", "tracking")


def main() -> None:
    """Read what the stages before found; write page, workbook, key figures, plots and report."""
    settings = load_settings(*PARAMS)
    evidence = read_evidence(settings)
    images = pictures(evidence, Formats(settings.company.language, settings.company.currency))
    write_text(a.LIST_PAGE.path, list_page(evidence.risk_list, evidence.metrics, settings))
    with replacing(a.LIST_WORKBOOK.path) as fresh:
        fresh.write_bytes(workbook(evidence.risk_list, evidence.metrics, settings))
    write_csv(a.KEY_FIGURES.path, evidence.key_figures)
    with replacing(a.REPORT_PLOTS.path) as folder:
        folder.mkdir()
        for name, content in images.items():
            (folder / f"{name}.png").write_bytes(content)
    write_text(a.REPORT_PAGE.path, report_page(evidence, images, settings))
    tracking.log_files(a.MODEL.path, [a.REPORT_PLOTS.path], settings.tracking)


def read_evidence(settings: Settings) -> Evidence:
    """Every artifact the report speaks of, and the key figures from the canonical tables."""
    calendar = calendar_of(read_json(a.CALENDAR.path))
    tables = read_tables(a.TABLES.path, ["customers", "interactions", "contracts", "surveys"])
    scores = read_parquet(a.SCORES.path, ["as_of_date"])
    return Evidence(
        risk_list=RiskList(
            read_csv(a.AT_RISK.path, a.AT_RISK.table), to_date(scores["as_of_date"].max()), version_of(a.MODEL.path)
        ),
        metrics=read_json(a.METRICS.path),
        contributions=read_parquet(a.CONTRIBUTIONS.path),
        cohort=len(scores),
        beeswarm=(a.EXPLAIN_PLOTS.path / "beeswarm.png").read_bytes(),
        ingest=read_json(a.INGEST_REPORT.path),
        key_figures=key_figures(tables, settings, calendar),
        comparison=read_csv(a.COMPARISON.path),
        by_group=read_csv(a.BY_GROUP.path, a.BY_GROUP.table),
        by_date=read_csv(a.BY_DATE.path),
        reliability=read_csv(a.RELIABILITY.path),
        gain=read_csv(a.GAIN.path),
        profit=read_csv(a.PROFIT.path),
        folds=read_csv(a.FOLDS.path),
        dates_curve=read_csv(a.DATES_CURVE.path),
        recipe=read_json(a.RECIPE.path),
        label_summary=read_csv(a.LABEL_SUMMARY.path),
        split=read_csv(a.SPLIT.path),
        trained_again=read_json(a.MODEL.path / "model.json")["about"]["training_dates"],
    )


if __name__ == "__main__":
    run(main)
