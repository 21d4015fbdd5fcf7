"""On Spark, with executors in processes of their own, every stage writes the bytes that it writes on one machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import arrivals
import raw
import tasks
import worlds
from bleib import artifacts, buckets, workers
from bleib.clock import to_date
from bleib.cohort.folders import label_folders
from bleib.cohort.label import Calendar, summary
from bleib.errors import DataError
from bleib.features.folders import featurize_folders
from bleib.files import sha256, write_csv
from bleib.model.classifier import ChurnClassifier
from bleib.model.folders import score_folders
from bleib.settings import Churn, ClockSettings, Company, Engine, Features
from bleib.sources.ingest import ingest

MASTER = "local-cluster[2,1,2048]"
# Short-lived JVMs: the quick compiler only, and a failure that would come again is not tried four times.
SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
CONF = {"spark.driver.extraJavaOptions": SHORT, "spark.executor.extraJavaOptions": SHORT, "spark.task.maxFailures": 1}
SPARK = Engine(name="spark", master=MASTER, conf=CONF)
BUCKETS = 5
COMPANY, CHURN = Company(time_zone="Europe/Berlin"), Churn(kinds=["order"], active_days=90, horizon_days=60)
CLOCK = ClockSettings(dates=6, every_days=56)
CALENDAR = Calendar(to_date(worlds.START), to_date(worlds.START + pd.Timedelta(days=worlds.DAYS)))
KEY = ["customer_id", "as_of_date"]
CALLS = "id,customer,date\n" + "".join(f"c{k % 25},C{k % 25 % 7},2024-03-{k % 25 + 1:02d} 11:00\n" for k in range(30))
SOURCES: list[dict[str, Any]] = [
    raw.ORDERS,
    {
        "table": "interactions",
        "files": "calls.csv",
        "columns": {"event_id": "id", "customer_id": "customer", "occurred_at": "date"},
        "constants": {"kind": "call"},
    },
    {"table": "merges", "files": "merges.csv", "columns": {"old": "old", "new": "new"}},
]


def lacking() -> str:
    """What Spark needs and is not there."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed (make install-spark)"
    return "" if shutil.which("java") else "there is no java on PATH (Spark needs 17 or newer)"


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[None]:
    """One Spark session for all tests, whose executors find ``tasks``."""
    reason = lacking()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(tasks.__file__).parent), prepend=os.pathsep)
        workers.each(tasks.whereabouts, [0], SPARK)
        yield
        running = SparkSession.getActiveSession()
        assert running is not None
        running.stop()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables in buckets and, made by threads of this process, snapshots, features, a model, scores."""
    root = tmp_path_factory.mktemp("project")
    for name, frame in worlds.tiny_company(seed=3).items():
        worlds.write_in_buckets(root / artifacts.TABLES.path / f"{name}.parquet", frame, BUCKETS)
    for artifact in (artifacts.SNAPSHOTS, artifacts.FEATURES, artifacts.MODEL):
        (root / artifact.path).parent.mkdir(parents=True)
    counts = label(root, root / artifacts.SNAPSHOTS.path, workers.LOCAL)
    write_csv(root / artifacts.LABEL_SUMMARY.path, summary(counts))
    featurize(root, root / artifacts.FEATURES.path, workers.LOCAL)
    fit(root).save(root / artifacts.MODEL.path)
    score(root, root / artifacts.SCORES.path, workers.LOCAL)
    return root


def label(root: Path, out: Path, engine: Engine) -> pd.DataFrame:
    return label_folders(root / artifacts.TABLES.path, out, CALENDAR, COMPANY, CLOCK, CHURN, engine)


def featurize(root: Path, out: Path, engine: Engine) -> int:
    tables, snapshots = root / artifacts.TABLES.path, root / artifacts.SNAPSHOTS.path
    return featurize_folders(tables, snapshots, out, COMPANY, CHURN, Features(), engine=engine)[1]


def fit(root: Path) -> ChurnClassifier:
    snapshots, features = (pd.read_parquet(root / a.path) for a in (artifacts.SNAPSHOTS, artifacts.FEATURES))
    known = snapshots["churned"].notna()
    model = ChurnClassifier(seeds=(1, 2), n_estimators=20, min_child_samples=5)
    return model.fit(features.drop(columns=KEY)[known], snapshots.loc[known, "churned"].astype(bool))


def score(root: Path, out: Path, engine: Engine) -> int:
    days = pd.read_csv(root / artifacts.LABEL_SUMMARY.path, parse_dates=["as_of_date"])["as_of_date"]
    inputs = [root / artifact.path for artifact in (artifacts.FEATURES, artifacts.SNAPSHOTS, artifacts.MODEL)]
    return score_folders(*inputs, out, days.max(), engine)


def take_in(folder: Path, out: Path, engine: Engine) -> dict[str, object]:
    """The report of the raw files of ``folder``; tables and quarantine lie in ``out`` afterwards."""
    out.mkdir()
    chosen = raw.settings(SOURCES, max_bad_share=0.5)
    return ingest(chosen, folder, out / "tables", out / "quarantine.parquet", out / "kept", engine).report


def parts(folder: Path) -> dict[str, str]:
    """SHA-256 of every part."""
    return {file.name: sha256(file) for file in sorted(folder.iterdir())}


def test_tasks_run_in_other_processes_in_the_folder_of_the_project_and_answer_in_order() -> None:
    found = workers.each(tasks.whereabouts, [9, 2, 4, 0, 11], SPARK)
    assert [number for number, _, _ in found] == [9, 2, 4, 0, 11]
    assert os.getpid() not in {process for _, process, _ in found}
    assert {folder for _, _, folder in found} == {str(Path.cwd())}


def test_no_buckets_are_no_results() -> None:
    assert workers.each(tasks.whereabouts, [], SPARK) == []


def test_tables_of_spark_are_those_of_one_machine_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "EVENTS_PER_BUCKET", 20)
    raw.write(
        tmp_path, {"orders.csv": raw.GOOD + "99,C1,never,1\n", "calls.csv": CALLS, "merges.csv": "old,new\nC0,C2\n"}
    )
    report = take_in(tmp_path, tmp_path / "local", workers.LOCAL)
    assert take_in(tmp_path, tmp_path / "spark", SPARK) == report
    made = sorted((tmp_path / "local" / "tables").rglob("*.parquet/*"))
    assert len(made) > 2
    for part in made:
        assert sha256(part) == sha256(tmp_path / "spark" / part.relative_to(tmp_path / "local")), part
    bad = [pd.read_parquet(tmp_path / name / "quarantine.parquet") for name in ("local", "spark")]
    assert len(bad[0]) == 6  # a time that is none, and five calls delivered twice
    pd.testing.assert_frame_equal(*bad)


def test_snapshots_of_spark_are_those_of_one_machine_byte_for_byte(project: Path, tmp_path: Path) -> None:
    counts = label(project, tmp_path / "snapshots", SPARK)
    made = parts(tmp_path / "snapshots")
    assert made == parts(project / artifacts.SNAPSHOTS.path)
    assert len(made) == BUCKETS
    write_csv(tmp_path / "summary.csv", summary(counts))
    assert sha256(tmp_path / "summary.csv") == sha256(project / artifacts.LABEL_SUMMARY.path)


def test_features_of_spark_are_those_of_one_machine_byte_for_byte(project: Path, tmp_path: Path) -> None:
    rows = featurize(project, tmp_path / "features", SPARK)
    made = parts(tmp_path / "features")
    assert made == parts(project / artifacts.FEATURES.path)
    assert len(made) == BUCKETS
    assert rows == len(pd.read_parquet(project / artifacts.SNAPSHOTS.path))


def test_features_compared_between_engines_include_ranks(project: Path) -> None:
    ranks = pd.read_parquet(project / artifacts.FEATURES.path).filter(like="_rank")
    assert len(ranks.columns) > 0
    assert ranks.notna().any().all()


def test_scores_of_spark_are_those_of_one_machine_byte_for_byte(project: Path, tmp_path: Path) -> None:
    customers = score(project, tmp_path / "scores", SPARK)
    made = parts(tmp_path / "scores")
    assert made == parts(project / artifacts.SCORES.path)
    assert customers == len(pd.read_parquet(project / artifacts.SCORES.path)) > 20


def test_features_on_spark_use_nothing_that_was_not_known(tmp_path: Path) -> None:
    tables = worlds.tiny_company(seed=5, customers=40)
    day = pd.Timestamp("2024-11-11")
    then = arrivals.cut(tables, day.tz_localize(COMPANY.time_zone).tz_convert("UTC").as_unit("us"))
    rows = pd.DataFrame({"customer_id": tables["customers"]["customer_id"], "as_of_date": day.as_unit("us")})
    made = {}
    for name, company in {"full": tables, "then": then}.items():
        for table, frame in company.items():
            worlds.write_in_buckets(tmp_path / name / "tables" / f"{table}.parquet", frame, BUCKETS)
        worlds.write_in_buckets(tmp_path / name / "snapshots", rows, BUCKETS)
        inputs = [tmp_path / name / part for part in ("tables", "snapshots", "features")]
        featurize_folders(*inputs, COMPANY, CHURN, Features(), engine=SPARK)
        made[name] = pd.read_parquet(inputs[-1])
    assert sum(map(len, then.values())) < 0.8 * sum(map(len, tables.values()))
    assert len(made["then"].columns) > 60
    pd.testing.assert_frame_equal(made["then"], made["full"][list(made["then"].columns)], check_exact=True)


def test_fault_of_a_task_arrives_with_its_text() -> None:
    with pytest.raises(DataError, match=r"^bucket 7: 3 rows have no customer$"):
        workers.each(tasks.refuse_seven, [5, 6, 7], SPARK)


def test_other_failure_of_a_task_stops_the_stage_with_its_cause() -> None:
    from pyspark.errors import PythonException

    with pytest.raises(PythonException, match="ValueError: eight"):
        workers.each(tasks.refuse_seven, [6, 8], SPARK)


def test_stage_run_with_engine_spark_prints_the_fault_and_fails(project: Path, tmp_path: Path) -> None:
    shutil.copytree(project, tmp_path, dirs_exist_ok=True)
    for part in (tmp_path / artifacts.FEATURES.path).iterdir():
        pd.read_parquet(part).iloc[:0].to_parquet(part)
    (tmp_path / "params.yaml").write_text(
        yaml.safe_dump({"engine": {"master": MASTER, "conf": CONF}}), encoding="utf-8"
    )
    before = parts(tmp_path / artifacts.SCORES.path)
    command = [sys.executable, "-m", "bleib.stages.score", "--engine", "spark"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "features: " in done.stderr
    assert "snapshots have none" in done.stderr
    assert "Traceback" not in done.stderr
    assert parts(tmp_path / artifacts.SCORES.path) == before
