"""Real companies' data from raw files to the list. Skipped where the data do not lie beside the repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from bleib import artifacts
from bleib.examples.way import run_stage
from bleib.files import read_json
from bleib.settings import parse_settings
from bleib.sources.ingest import ingest
from bleib.stages import ORDER

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"


def run_way(folder: Path, data: str, params: str) -> Path:
    """The whole way in ``folder`` on the raw files of a data set."""
    lay_out(folder, data, params)
    for stage in ORDER:
        run_stage(stage, folder)
    return folder


def lay_out(folder: Path, data: str, params: str) -> None:
    """Raw files as they are and the settings of the test; skips where the data are absent."""
    if not (DATA / data).is_dir():
        pytest.skip(f"no data set {data} in {DATA.parent.name}/{DATA.name} beside the repository")
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    for file in sorted((DATA / data).iterdir()):
        (raw / file.name).symlink_to(file)
    shutil.copy(ROOT / "tests" / "real" / params, folder / "params.yaml")


def figures(folder: Path) -> dict[str, Any]:
    return read_json(folder / artifacts.METRICS.path)


def at_risk(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / artifacts.AT_RISK.path, dtype={"customer_id": "str", "display_name": "str"})


def labels(folder: Path, day: str) -> dict[str, float]:
    """The line of the label summary of one as-of date."""
    summary = pd.read_csv(folder / artifacts.LABEL_SUMMARY.path).set_index("as_of_date")
    return summary.loc[day].to_dict()


def gate(folder: Path) -> subprocess.CompletedProcess[str]:
    """``bleib gate`` as a person runs it."""
    command = [sys.executable, "-m", "bleib", "gate"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def online_retail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_way(tmp_path_factory.mktemp("online_retail"), "online_retail_ii", "online_retail.yaml")


@pytest.fixture(scope="module")
def insurance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_way(tmp_path_factory.mktemp("insurance"), "insurance_savings", "insurance.yaml")


@pytest.fixture(scope="module")
def ravenstack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_way(tmp_path_factory.mktemp("ravenstack"), "ravenstack_saas", "ravenstack.yaml")


def test_invoice_lines_become_orders_and_returns_and_those_without_customer_are_counted(online_retail: Path) -> None:
    report = read_json(online_retail / artifacts.INGEST_REPORT.path)
    orders, returns, customers = report["sources"]
    assert (orders["rows_in"], orders["rows_out"]) == (1_044_847, 36_975)
    assert (returns["rows_in"], returns["rows_out"]) == (1_044_847, 7_901)
    assert orders["quarantined_by_reason"] == {"missing_id": 234_568}
    assert returns["quarantined_by_reason"] == {"missing_id": 719}
    assert customers["rows_out"] == 5_942
    lines = pd.read_parquet(DATA / "online_retail_ii" / "online_retail_2009_2011.parquet")
    spent = (lines["Quantity"] * lines["UnitPrice"])[lines["CustomerID"].notna()].sum()
    table = pd.read_parquet(online_retail / artifacts.TABLES.path / "interactions.parquet")
    assert table["amount"].sum() == pytest.approx(spent, abs=0.01)


def test_wholesale_cohort_has_the_customers_who_ordered_within_180_days(online_retail: Path) -> None:
    found = labels(online_retail, "2011-09-10")
    assert (found["snapshots"], found["churned"]) == (2_787, 1_066)


def test_model_of_the_wholesaler_ranks_as_well_as_it_can_and_no_better(online_retail: Path) -> None:
    """Known on this date: .766 with plain features, .773 with strong ones."""
    assert 0.756 <= figures(online_retail)["models"]["bleib"]["auroc"]["value"] <= 0.793
    assert gate(online_retail).returncode == 0


def test_the_falling_churn_rate_of_the_wholesaler_is_followed_by_the_calibrator(online_retail: Path) -> None:
    """Without a calibrator log loss .603 and observed ÷ expected .73 on this date."""
    ours = figures(online_retail)["models"]["bleib"]
    assert ours["log_loss"]["value"] < 0.59
    assert 0.8 < ours["observed_expected"]["value"] < 1.1


def test_list_of_the_wholesaler_names_customers_by_their_own_ids_with_reasons(online_retail: Path) -> None:
    found = at_risk(online_retail)
    assert len(found) == 50
    assert found["customer_id"].str.fullmatch(r"\d{5}").all()
    assert found["as_of_date"].unique().tolist() == ["2011-12-09"]
    assert found.loc[found["churn_probability"] > 0.6, "reason_1"].notna().all()
    page = (online_retail / artifacts.LIST_PAGE.path).read_text(encoding="utf-8")
    assert found["customer_id"].iloc[0] in page


def test_surrender_is_churn_and_a_claim_is_neither(insurance: Path) -> None:
    found = labels(insurance, "2007-01-01")
    assert (found["snapshots"], found["churned"], found["stayed"], found["competing"]) == (15_216, 1_305, 13_880, 31)


def test_what_was_learnt_of_the_savers_is_shown_year_by_year(insurance: Path) -> None:
    by_date = pd.read_csv(insurance / artifacts.BY_DATE.path)
    ours = by_date[by_date["model"] == "bleib"].set_index("as_of_date")
    assert ours["snapshots"].to_dict() == {
        "2004-01-02": 7_111,
        "2005-01-01": 10_925,
        "2006-01-01": 13_454,
        "2007-01-01": 15_185,
    }
    assert ours["base_rate"].max() > 3 * ours["base_rate"].min()


def test_savers_model_is_not_to_be_relied_on(insurance: Path) -> None:
    verdict = gate(insurance)
    assert verdict.returncode == 1
    assert "FAILED: do not use this model." in verdict.stdout
    assert "unstable" in verdict.stdout


def test_savers_who_have_left_are_not_on_the_list(insurance: Path) -> None:
    found = at_risk(insurance)
    policies = pd.read_csv(DATA / "insurance_savings" / "policies.csv.gz", index_col="policy.ID")
    assert len(found) == 50
    assert policies.loc[found["customer_id"], "lapse.reason"].unique().tolist() == ["In force"]


def test_contradictions_of_the_five_tables_are_reported_with_counts(ravenstack: Path) -> None:
    report = read_json(ravenstack / artifacts.INGEST_REPORT.path)
    reasons = {source["files"][0]: source["quarantined_by_reason"] for source in report["sources"]}
    assert reasons["data/raw/ravenstack_feature_usage.csv.gz"] == {"conflicting_id": 21}
    assert reasons["data/raw/ravenstack_churn_events.csv.gz"] == {"duplicate_delivery": 1}
    assert report["merged_customer_ids"] == 5_000
    seen = {(fault["table"], fault["reason"]): fault["rows"] for fault in report["observations"]}
    assert seen["interactions", "43.9% of the rows lie before the customer signed up"] == 13_153
    assert seen["tickets", "53.6% of the rows lie before the customer signed up"] == 1_072


def test_usage_before_its_subscription_is_reported(tmp_path: Path) -> None:
    lay_out(tmp_path, "ravenstack_saas", "ravenstack.yaml")
    params = yaml.safe_load((tmp_path / "params.yaml").read_text(encoding="utf-8"))
    usage = next(source for source in params["sources"] if source.get("constants") == {"kind": "usage"})
    subscriptions = {
        "table": "customers",
        "files": "data/raw/ravenstack_subscriptions.csv.gz",
        "columns": {"customer_id": "subscription_id", "signed_up_at": "start_date"},
    }
    settings = parse_settings({"company": {}, "sources": [subscriptions, usage], "ingest": {}, "clock": {}})
    found = ingest(settings, tmp_path, tmp_path / "tables", tmp_path / "quarantine.parquet", tmp_path / "kept")
    (fault,) = found.report["observations"]
    assert fault["reason"] == "76.4% of the rows lie before the customer signed up"


def test_model_without_skill_is_said_to_fail(ravenstack: Path) -> None:
    verdict = gate(ravenstack)
    assert verdict.returncode == 1
    assert "FAILED: do not use this model." in verdict.stdout
    assert "unstable" in verdict.stdout
    assert "on the forward folds" in verdict.stdout
    assert len(at_risk(ravenstack)) == 20
