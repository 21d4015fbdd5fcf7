"""The stages split, train, evaluate and score in a folder of their own, with MLflow beside them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError

import matplotlib.pyplot as plt
import mlflow
import pandas as pd
import pytest
import yaml
from projects import ROOT

import model_worlds
import worlds
from bleib import artifacts
from bleib.errors import BleibError
from bleib.files import read_json, sha256, write_csv, write_json
from bleib.model import tracking
from bleib.settings import Tracking
from bleib.stages import evaluate, refit, register, score, search, split, train
from bleib.tables import INTERACTIONS

SETTINGS = {
    "churn": {"horizon_days": 28},
    "split": {"test_dates": 2},
    "train": {"seeds": [1, 2], "lightgbm": {"n_estimators": 30, "learning_rate": 0.1, "num_leaves": 7}},
    "evaluate": {"bootstraps": 30},
    "listing": {"capacity": 20},
}
# MLflow 3.17 does what SQLAlchemy 2.1 and pandas 3.1 call deprecated
pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Operation with range is deprecated"),
]

STAGES = (split, search, train, evaluate, refit, register, score)
WRITTEN = [a.path for a in artifacts.ALL if a.stage in ("split", "search", "train", "evaluate", "refit", "score")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with _inputs(tmp_path_factory.mktemp("project")) as folder:
        for stage in STAGES:
            stage.main()
        yield folder


@contextmanager
def _inputs(folder: Path, excluded: Sequence[str] = ()) -> Iterator[Path]:
    """What the stages before have written, in the working directory ``folder``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setenv("DVC_EXP_NAME", "brave-otter")
        Path("params.yaml").write_text(yaml.safe_dump(SETTINGS))
        features, snapshots = model_worlds.company()
        model_worlds.write_features(features, excluded)
        worlds.write_in_buckets(artifacts.SNAPSHOTS.path, snapshots, 3)
        write_csv(artifacts.LABEL_SUMMARY.path, snapshots[["as_of_date"]].drop_duplicates())
        write_json(artifacts.CALENDAR.path, {"first_day": "2023-01-01", "data_end": "2024-09-09"})
        at = pd.Timestamp("2024-01-15", tz="UTC")
        rows = [{"event_id": "1", "customer_id": "00001", "occurred_at": at, "kind": "order", "amount": 30.0}]
        worlds.write_in_buckets(artifacts.TABLES.path / "interactions.parquet", worlds.frame(INTERACTIONS, rows), 3)
        yield folder


def runs(folder: Path) -> list[mlflow.entities.Run]:
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name("bleib")
    return list(client.search_runs([experiment.experiment_id]))


def test_the_stages_write_what_they_declare(project: Path) -> None:
    assert [str(path) for path in WRITTEN if not path.exists()] == []


def test_a_model_without_the_recency_is_judged_against_the_recency_rule_all_the_same(tmp_path: Path) -> None:
    with _inputs(tmp_path, excluded=["recency_order_days", "onboarding_order_first_days"]):
        for stage in STAGES:
            stage.main()
        for model in (artifacts.EVALUATED_MODEL, artifacts.MODEL):
            about = read_json(model.path / "model.json")
            assert not {"recency_order_days", "onboarding_order_first_days"} & set(about["feature_names"])
        assert {"recency", "rfm_logistic", "bg_nbd"} <= set(read_json(artifacts.METRICS.path)["models"])


def test_no_training_date_is_a_test_date_or_overlaps_one(project: Path) -> None:
    parts = pd.read_csv(artifacts.SPLIT.path, parse_dates=["as_of_date"]).groupby("part")["as_of_date"]
    assert parts.max()["train"] + pd.Timedelta(days=28) <= parts.min()["test"]
    tested = pd.read_parquet(artifacts.TEST_SCORES.path)["as_of_date"].unique()
    trained = read_json(artifacts.EVALUATED_MODEL.path / "model.json")["about"]["training_dates"]
    assert not set(tested) & {pd.Timestamp(day) for day in trained}


def test_the_newest_cohort_is_scored(project: Path) -> None:
    scores = pd.read_parquet(artifacts.SCORES.path)
    assert len(scores) == 200
    assert scores["as_of_date"].unique().tolist() == [pd.Timestamp("2024-09-09")]
    assert scores["churn_probability"].between(0, 1, inclusive="neither").all()


def test_a_second_run_writes_the_same_bytes_and_makes_no_second_mlflow_run(project: Path) -> None:
    before = {path: sha256(path) for path in WRITTEN}
    for stage in STAGES:
        stage.main()
    assert {path: sha256(path) for path in WRITTEN} == before
    assert len(runs(project)) == 2


def test_the_run_is_found_by_the_model_and_holds_training_and_evaluation(project: Path) -> None:
    (run,) = [run for run in runs(project) if run.data.tags["role"] == "evaluated"]
    assert run.data.tags["model_sha256"] == sha256(artifacts.EVALUATED_MODEL.path)
    assert run.info.run_name == run.data.tags["dvc_experiment"] == "brave-otter"
    assert run.data.tags["sha256.features"] == sha256(artifacts.FEATURES.path)
    assert run.data.tags["sha256.snapshots"] == sha256(artifacts.SNAPSHOTS.path)
    assert (run.data.params["num_leaves"], run.data.params["seeds"]) == ("7", "[1, 2]")
    told = read_json(artifacts.METRICS.path)["models"]["bleib"]["auroc"]
    assert run.data.metrics["bleib.auroc"] == told["value"]
    assert run.data.metrics["bleib.auroc_low"] == told["low"]
    assert run.data.tags["gate"] in ("passed", "failed")


def test_the_run_of_the_list_is_told_from_that_of_the_evaluated_model_by_its_name(project: Path) -> None:
    assert {run.data.tags["role"]: run.info.run_name for run in runs(project)} == {
        "evaluated": "brave-otter",
        "list": "brave-otter (list)",
    }


def test_a_project_that_was_moved_logs_where_it_lies_now(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "new place"
    shutil.copytree(project, moved)
    before = {file for file in project.rglob("*") if file.is_file() and file.name != tracking.DATABASE}
    monkeypatch.chdir(moved)
    (moved / "note.txt").write_text("hello")
    tracking.log_files(artifacts.MODEL.path, [moved / "note.txt"], Tracking())
    (run,) = [run for run in runs(moved) if run.data.tags["role"] == "list"]
    here = (moved / "mlartifacts").as_uri()
    assert run.info.artifact_uri == f"{here}/{run.info.run_id}/artifacts"
    assert (moved / "mlartifacts" / run.info.run_id / "artifacts" / "new place" / "note.txt").read_text() == "hello"
    assert {file for file in project.rglob("*") if file.is_file() and file.name != tracking.DATABASE} == before
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{moved}/mlflow.db")
    assert client.get_experiment_by_name("bleib").artifact_location == here
    assert client.get_model_version_download_uri("bleib-churn", "1").startswith(f"{here}/models/")


def test_the_model_of_the_list_is_the_evaluated_recipe_on_all_mature_dates(project: Path) -> None:
    stored = [read_json(item.path / "model.json") for item in (artifacts.EVALUATED_MODEL, artifacts.MODEL)]
    evaluated, listed = [one["about"] for one in stored]
    assert listed["training_dates"][-1] == "2024-06-17" > evaluated["training_dates"][-1]
    assert len(listed["training_dates"]) == 7
    assert listed["candidate"] == evaluated["candidate"]
    assert listed["calibrator"] == evaluated["calibrator"]
    assert stored[0]["parameters"]["n_estimators"] == stored[1]["parameters"]["n_estimators"]
    assert listed["evaluated_model_sha256"] == sha256(artifacts.EVALUATED_MODEL.path)
    (run,) = [run for run in runs(project) if run.data.tags["role"] == "list"]
    assert run.data.tags["model_sha256"] == sha256(artifacts.MODEL.path)
    assert run.data.params["evaluated_model_sha256"] == listed["evaluated_model_sha256"]


def test_without_a_search_the_settings_of_params_are_in_force_and_it_is_said(project: Path) -> None:
    assert read_json(artifacts.TUNED.path)["settings"] == read_json(artifacts.RECIPE.path)["searched"] == {}
    assert artifacts.STUDIES.path.read_bytes().startswith(b"SQLite format 3")
    assert {run.data.params["settings_from"] for run in runs(project)} == {"params"}


def test_files_of_the_evaluation_and_later_plots_lie_in_the_same_run(project: Path) -> None:
    plots = Path("data/report/plots")
    plots.mkdir(parents=True)
    (plots / "gain.png").write_bytes(b"picture")
    tracking.log_files(artifacts.EVALUATED_MODEL.path, [plots], Tracking())
    (run,) = [run for run in runs(project) if run.data.tags["role"] == "evaluated"]
    kept = project / "mlartifacts" / run.info.run_id / "artifacts"
    assert (kept / "evaluation" / "comparison.csv").exists()
    assert (kept / "report" / "plots" / "gain.png").read_bytes() == b"picture"


def test_the_registered_model_answers_with_our_scores_and_carries_no_pickle(project: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{project}/mlflow.db")
        served = mlflow.pyfunc.load_model("models:/bleib-churn@candidate")
    scores = pd.read_parquet(artifacts.SCORES.path)
    features = pd.read_parquet(artifacts.FEATURES.path).merge(scores[["customer_id", "as_of_date"]])
    got = served.predict(features.drop(columns=["customer_id", "as_of_date"]).astype("float64"))
    assert got["churn_probability"].tolist() == scores["churn_probability"].tolist()
    assert served.metadata.signature is not None
    assert not list((project / "mlartifacts").rglob("*.pkl"))


def registry(folder: Path) -> mlflow.MlflowClient:
    return mlflow.MlflowClient(tracking_uri=f"sqlite:///{folder}/mlflow.db")


def champion(folder: Path) -> str | None:
    """The version that the alias points to."""
    return registry(folder).get_registered_model("bleib-churn").aliases.get("champion")


def judged(passed: bool, **further: str) -> None:
    """Let the evaluation have come to this verdict."""
    metrics = read_json(artifacts.METRICS.path)
    write_json(artifacts.METRICS.path, metrics | {"gate": metrics["gate"] | {"passed": passed} | further})


@pytest.fixture
def verdict_of_the_evaluation(project: Path) -> Iterator[None]:
    """What the evaluation found is there again afterwards."""
    metrics = read_json(artifacts.METRICS.path)
    yield
    write_json(artifacts.METRICS.path, metrics)


def test_a_version_tells_what_the_evaluation_found_and_where_it_comes_from(project: Path) -> None:
    (version,) = registry(project).search_model_versions("name = 'bleib-churn'")
    tags, gate = version.tags, read_json(artifacts.METRICS.path)["gate"]
    auroc = read_json(artifacts.METRICS.path)["models"]["bleib"]["auroc"]
    assert tags["role"] == "list"
    assert tags["gate"] == ("passed" if gate["passed"] else "failed")
    assert tags["auroc"] == f"{auroc['value']:.3f} [{auroc['low']:.3f}, {auroc['high']:.3f}]"
    assert tags["as_of_date"] == "2024-09-09"
    assert tags["dvc_experiment"] == "brave-otter"
    assert tags["model_sha256"] == sha256(artifacts.MODEL.path)
    assert tags["evaluated_model_sha256"] == sha256(artifacts.EVALUATED_MODEL.path)
    assert all(reason in version.description for reason in gate["reasons"])


def test_the_newest_model_of_the_list_is_the_candidate_also_in_an_experiment(project: Path) -> None:
    assert registry(project).get_registered_model("bleib-churn").aliases == {"candidate": 1}


@pytest.mark.usefixtures("verdict_of_the_evaluation")
def test_champion_is_the_newest_model_outside_experiments_whose_gate_passed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(passed=True)
    register.main()
    assert champion(project) is None
    monkeypatch.delenv("DVC_EXP_NAME")
    register.main()
    assert champion(project) == 1
    judged(passed=True, trained_from="2024-12-01")
    register.main()
    assert champion(project) is None  # its evaluation was made again, and nothing is proved


@pytest.mark.usefixtures("verdict_of_the_evaluation")
def test_a_model_that_fails_leaves_the_champion_to_the_one_before(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DVC_EXP_NAME")
    judged(passed=True)
    register.main()
    shutil.copytree(artifacts.MODEL.path, tmp_path / "churn")
    stored = artifacts.MODEL.path / "model.json"
    write_json(stored, read_json(stored) | {"about": read_json(stored)["about"] | {"snapshots": 1}})
    judged(passed=False)
    try:
        register.main()
    finally:
        shutil.copy(tmp_path / "churn" / "model.json", stored)
    aliases = registry(project).get_registered_model("bleib-churn").aliases
    assert aliases == {"candidate": 2, "champion": 1}
    assert registry(project).get_model_version("bleib-churn", "2").tags["gate"] == "failed"


@contextmanager
def serving(project: Path) -> Iterator[str]:
    """The address of ``mlflow models serve`` for the model of the list, as a person starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", "models:/bleib-churn@candidate"]
    command += ["--env-manager", "local", "--port", str(port)]
    variables = os.environ | {
        "MLFLOW_TRACKING_URI": f"sqlite:///{project}/mlflow.db",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # MLflow calls uvicorn by name
    }
    with (project / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=variables, stdout=log, stderr=log, start_new_session=True)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def answer(url: str, content: bytes | None = None, kind: str = "application/json") -> bytes:
    """What the server says; asked again until it is up."""
    request = urllib.request.Request(url, content, {"Content-Type": kind})
    for _ in range(240):
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return bytes(response.read())
        except URLError as error:
            assert isinstance(error.reason, ConnectionRefusedError), error
            time.sleep(0.5)
    pytest.fail("the server did not come up within two minutes")


def test_mlflow_models_serve_answers_feature_rows_with_probability_and_reasons(project: Path) -> None:
    scores = pd.read_parquet(artifacts.SCORES.path)
    features = pd.read_parquet(artifacts.FEATURES.path).merge(scores[["customer_id", "as_of_date"]])
    asked = features.drop(columns=["customer_id", "as_of_date"]).astype("float64").head(5)
    with serving(project) as address:
        answer(f"{address}/ping")
        content = json.dumps({"dataframe_split": json.loads(asked.to_json(orient="split", double_precision=15))})
        got = pd.DataFrame(json.loads(answer(f"{address}/invocations", content.encode()))["predictions"])
        lines = asked.assign(unknown=1.0).to_csv(index=False).encode()
        assert json.loads(answer(f"{address}/invocations", lines, "text/csv"))["predictions"] == got.to_dict("records")
    assert got["churn_probability"].tolist() == pytest.approx(scores["churn_probability"].head(5).tolist())
    assert list(got.columns) == ["raw_score", "churn_probability", "reason_1", "reason_2", "reason_3"]
    riskiest = got.loc[got["churn_probability"].idxmax()]
    assert re.fullmatch(r"price \+\d\.\d\d", riskiest["reason_1"])


def test_the_python_of_the_docs_scores_as_the_list_does_and_fits_a_model(project: Path) -> None:
    page = (ROOT / "docs/evaluation.md").read_text(encoding="utf-8")
    code = page.split("## In Python\n\n```python\n")[1].split("```")[0]
    found: dict[str, Any] = {}
    with plt.rc_context():
        exec(code, found)
    scores = pd.read_parquet(artifacts.SCORES.path).set_index("customer_id")["churn_probability"]
    told = pd.Series(found["probability"], found["rows"]["customer_id"])[scores.index]
    assert told.tolist() == pytest.approx(scores.tolist())
    assert len(pd.read_csv("data/rows.csv")) == len(told)
    assert len(found["own"].boosters_) == 5


def test_nothing_of_the_tracking_leaks_into_the_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "MLFLOW_TRACKING_URI" not in os.environ
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking.example")
    assert tracking.tracking_uri() == "http://tracking.example"


def test_a_copy_that_dvc_throws_away_logs_into_the_database_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    assert tracking.tracking_uri() == f"sqlite:///{tmp_path}/mlflow.db"


def test_a_tracking_server_that_does_not_answer_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(BleibError, match=r"MLflow at http://127\.0\.0\.1:9 cannot be used.*\n.*MLFLOW_TRACKING_URI"):
        tracking.log_files(artifacts.MODEL.path, [], Tracking())
