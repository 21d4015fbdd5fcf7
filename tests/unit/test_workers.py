"""Tasks of the buckets run side by side, and answer in the order of their numbers."""

from __future__ import annotations

import sys

import pytest

import tasks
from bleib import workers
from bleib.errors import DataError, SettingsError
from bleib.settings import Engine


def test_results_come_in_the_order_of_the_numbers() -> None:
    assert workers.each(lambda number: number * 10, [3, 1, 2]) == [30, 10, 20]


def test_fault_of_a_task_is_raised() -> None:
    with pytest.raises(DataError, match=r"^bucket 7: 3 rows have no customer$"):
        workers.each(tasks.refuse_seven, [6, 7])


def test_engine_spark_without_pyspark_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SettingsError, match="make install-spark"):
        workers.each(tasks.whereabouts, [0], Engine(name="spark"))
