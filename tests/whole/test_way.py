"""The whole way on a tiny demo company, with DVC, as a person runs it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import yaml
from projects import ROOT, command, fingerprints, make_project

from bleib import artifacts
from bleib.demo import simulate
from bleib.files import sha256

CUSTOMERS = 500


def fill(folder: Path) -> None:
    simulate(folder / "data/raw", folder / "data/demo_truth", customers=CUSTOMERS, days=560, seed=3)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("whole") / "clone")
    fill(folder)
    return folder


@pytest.fixture(scope="module")
def first_run(project: Path) -> str:
    return command(project, "bleib", "run").stdout


def test_run_prints_where_things_are_and_the_top_five_with_reasons(first_run: str, project: Path) -> None:
    for artifact in (artifacts.AT_RISK, artifacts.LIST_PAGE, artifacts.LIST_WORKBOOK, artifacts.METRICS):
        assert str(artifact.path) in first_run
    assert "make ui" in first_run
    top = pd.read_csv(project / artifacts.AT_RISK.path, dtype={"customer_id": "str"}).head(5)
    for row in top.to_dict("records"):
        assert f"({row['customer_id']}): {row['churn_probability']:.0%}" in first_run
        if isinstance(row["reason_1"], str):
            assert row["reason_1"] in first_run


def test_every_artifact_is_written_and_nothing_else_is_left_behind(first_run: str, project: Path) -> None:
    missing = [str(a.path) for a in artifacts.ALL if not (project / a.path).exists()]
    assert missing == []
    assert command(project, "git", "status", "--porcelain").stdout.split() == ["??", "dvc.lock"]


def test_second_run_does_no_work(first_run: str, project: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (project / "data").rglob("*") if p.is_file()}
    again = command(project, "bleib", "run").stdout
    assert "Running stage" not in again
    assert {p: p.stat().st_mtime_ns for p in (project / "data").rglob("*") if p.is_file()} == before


def test_same_inputs_and_seed_give_the_same_bytes_also_without_git(
    first_run: str, project: Path, tmp_path: Path
) -> None:
    archive = make_project(tmp_path / "archive", git=False)
    fill(archive)
    command(archive, "bleib", "run")
    assert fingerprints(archive) == fingerprints(project)


def test_new_week_is_scored_with_the_model_that_there_is(first_run: str, project: Path, tmp_path: Path) -> None:
    """The same data again: the newest date alone gives the list and the report of the whole way."""
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    (copy / artifacts.AT_RISK.path).unlink()
    shown = command(copy, "bleib", "week").stdout
    assert "train:" not in shown
    assert "First on the list of" in shown
    for made in (artifacts.SCORES, artifacts.AT_RISK, artifacts.LIST_PAGE, artifacts.REPORT_PAGE, artifacts.MODEL):
        assert sha256(copy / made.path) == sha256(project / made.path), made.path
    again = command(copy, "bleib", "run").stdout
    assert "Running stage" not in again
    assert fingerprints(copy) == fingerprints(project)


def test_week_that_was_never_trained_on_is_scored(first_run: str, project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    day = pd.read_csv(copy / artifacts.AT_RISK.path)["as_of_date"].iloc[0]
    other = (pd.Timestamp(day) - pd.Timedelta(days=7)).date()
    params = yaml.safe_load((copy / "params.yaml").read_text(encoding="utf-8"))
    params["clock"]["newest"] = str(other)
    (copy / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    assert f"First on the list of {other}" in command(copy, "bleib", "week").stdout
    assert set(pd.read_csv(copy / artifacts.AT_RISK.path)["as_of_date"]) == {str(other)}
    for kept in (
        artifacts.MODEL,
        artifacts.SNAPSHOTS,
        artifacts.LABEL_SUMMARY,
        artifacts.FEATURES,
        artifacts.DICTIONARY,
    ):
        assert sha256(copy / kept.path) == sha256(project / kept.path), kept.path
    notebook = shutil.copy(ROOT / "notebooks/03_features.ipynb", copy)  # of what the model was trained on
    command(copy, "jupyter", "execute", str(notebook))


def test_new_week_without_a_model_is_told_what_to_do(tmp_path: Path) -> None:
    failed = command(make_project(tmp_path / "clone"), "bleib", "week", check=False)
    assert failed.returncode == 1
    assert "make run" in failed.stderr


def test_metrics_and_plots_are_shown_by_dvc(first_run: str, project: Path) -> None:
    shown = json.loads(command(project, "dvc", "metrics", "show", "--json").stdout)
    summary = next(iter(shown.values()))["data"][str(artifacts.SUMMARY.path)]["data"]
    metrics = json.loads((project / artifacts.METRICS.path).read_text(encoding="utf-8"))
    assert summary["gate_passed"] == metrics["gate"]["passed"]
    assert summary["auroc"] == metrics["models"]["bleib"]["auroc"]["value"]
    plots = json.loads(command(project, "dvc", "plots", "show", "--json").stdout)
    assert {str(artifacts.GAIN.path), str(artifacts.RELIABILITY.path)} <= set(plots["data"])


def test_experiment_shows_up_in_mlflow(first_run: str, project: Path) -> None:
    command(project, "dvc", "exp", "run", "-q", "-S", "train.lightgbm.num_leaves=5")
    with sqlite3.connect(project / "mlflow.db") as database:
        leaves = database.execute("select value from params where key like '%num_leaves'").fetchall()
        metrics = database.execute("select count(distinct run_uuid) from latest_metrics").fetchone()
    assert sorted(leaves) == [("5",), ("5",), ("7",), ("7",)]  # of the evaluated model and of the refitted one
    assert metrics == (2,)
    logged = sorted(path.name for path in (project / "mlartifacts").rglob("*.png"))
    assert logged.count("beeswarm.png") == logged.count("reliability.png") == 2


def test_bad_raw_data_stop_the_way_and_leave_the_earlier_outputs(first_run: str, project: Path) -> None:
    before = fingerprints(project)
    orders = project / "data/raw/bestellungen.csv"
    content = orders.read_bytes()
    orders.write_bytes(content.split(b"\n")[0] + b"\n")
    try:
        failed = command(project, "bleib", "run", check=False)
    finally:
        orders.write_bytes(content)
    assert failed.returncode != 0
    assert orders.name in failed.stdout + failed.stderr
    assert fingerprints(project) == before
