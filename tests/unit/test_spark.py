"""What is told to Spark, and what an executor does with a partition; neither needs Spark."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pyarrow as pa
import pytest

import bleib
import tasks
from bleib.errors import DataError, SettingsError
from bleib.settings import Engine
from bleib.sources.faults import SourceError, fatal
from bleib.spark import Visit, configuration

SOURCES = str(Path(bleib.__file__).parents[1])
FAULT = fatal("tickets", "tickets.csv", "column gone", "a column opened", "Map another one.", column="opened")


def refuse_source(number: int) -> int:
    raise SourceError(FAULT)


def outcome(visit: Visit, place: int) -> object:
    (batch,) = visit([pa.record_batch({"id": [place]})])
    assert batch.column("place").to_pylist() == [place]
    return pickle.loads(batch.column("outcome")[0].as_py())


def test_executor_runs_the_task_of_its_number_in_the_folder_of_the_project(tmp_path: Path) -> None:
    here = Path.cwd()
    assert outcome(Visit(tasks.whereabouts, (5, 9), tmp_path), 1) == (9, os.getpid(), str(tmp_path))
    assert Path.cwd() == here


def test_fault_with_a_known_cause_is_an_outcome(tmp_path: Path) -> None:
    fault = outcome(Visit(tasks.refuse_seven, (7,), tmp_path), 0)
    assert isinstance(fault, DataError)
    assert str(fault) == "bucket 7: 3 rows have no customer"


def test_fault_of_a_source_keeps_what_it_holds_on_the_way(tmp_path: Path) -> None:
    fault = outcome(Visit(refuse_source, (0,), tmp_path), 0)
    assert isinstance(fault, SourceError)
    assert fault.faults == (FAULT,)
    assert str(fault) == str(FAULT)


def test_any_other_failure_is_left_to_spark(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="eight"):
        outcome(Visit(tasks.refuse_seven, (8,), tmp_path), 0)


def test_folder_that_an_executor_does_not_see_is_named(tmp_path: Path) -> None:
    fault = outcome(Visit(tasks.whereabouts, (0,), tmp_path / "elsewhere"), 0)
    assert isinstance(fault, SettingsError)
    assert f"has no folder {tmp_path / 'elsewhere'}" in str(fault)


@pytest.mark.parametrize("master", ["local[*]", "local-cluster[2,1,2048]"])
def test_spark_on_this_machine_listens_on_loopback_only(master: str) -> None:
    told = configuration(Engine(name="spark", master=master))
    assert told["spark.driver.host"] == told["spark.driver.bindAddress"] == "127.0.0.1"


def test_driver_of_a_cluster_keeps_its_own_address() -> None:
    told = configuration(Engine(name="spark", master="spark://master:7077"))
    assert not {"spark.driver.host", "spark.driver.bindAddress"} & set(told)


def test_executors_find_bleib_and_what_the_driver_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/own/code")
    assert configuration(Engine())["spark.executorEnv.PYTHONPATH"] == f"{SOURCES}{os.pathsep}/own/code"


def test_settings_of_the_user_go_before_ours() -> None:
    own = Engine(conf={"spark.ui.enabled": True, "spark.executor.cores": 4})
    told = configuration(own)
    assert told["spark.ui.enabled"] == "true"
    assert told["spark.executor.cores"] == "4"
    assert told["spark.speculation"] == "false"
