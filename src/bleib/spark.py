"""Spark as the place where the tasks of the buckets run: one partition a bucket, the same code, the same files.

Spark carries the task to the executors and its small result back, nothing else: the parts are read and written by the
task itself. So the folder of the project must be there under the same path on every executor.
"""

from __future__ import annotations

import atexit
import os
import pickle
import shutil
import socket
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from bleib.errors import BleibError, SettingsError
from bleib.settings import Engine

Result = TypeVar("Result")

SCHEMA = "place long, outcome binary"
SOURCES = Path(__file__).resolve().parents[1]
USUAL = {
    "spark.app.name": "bleib",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.speculation": "false",  # a second attempt would only do the same work again
}
LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


@dataclass(frozen=True)
class Visit:
    """What an executor does with its partitions: run the task in the folder of the project and pack the outcome."""

    task: Callable[[int], Any]
    numbers: tuple[int, ...]
    folder: Path

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Places in ``numbers`` come in, (place, outcome) go out; a fault with a known cause is an outcome too.

        Spark tries a failed partition again, which helps against a lost machine, but not against a fault in the data.
        """
        for batch in batches:
            for place in batch.column(0).to_pylist():
                yield pa.record_batch({"place": [place], "outcome": [pickle.dumps(self._outcome(place))]})

    def _outcome(self, place: int) -> Any:
        try:
            if not self.folder.is_dir():
                raise SettingsError(_not_shared(self.folder))
            with chdir(self.folder):
                return self.task(self.numbers[place])
        except BleibError as error:
            return error


def each(task: Callable[[int], Result], numbers: Sequence[int], engine: Engine) -> list[Result]:
    """The results of the task for every number, in their order; the first fault with a known cause is raised.

    ``task`` and its results must pickle. Anything else that goes wrong on an executor is Spark's own exception, after
    Spark's own number of attempts.
    """
    if not numbers:
        return []
    with warnings.catch_warnings():
        # mapInArrow hands over Arrow and makes no pandas frames
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        places = _session(engine).range(0, len(numbers), 1, len(numbers))
        found = places.mapInArrow(Visit(task, tuple(numbers), Path.cwd()), SCHEMA).toArrow()
    outcomes = [pickle.loads(packed) for packed in found.sort_by("place")["outcome"].to_pylist()]
    for outcome in outcomes:
        if isinstance(outcome, BleibError):
            raise outcome
    return outcomes


def configuration(engine: Engine) -> dict[str, str]:
    """Spark's settings for an engine: ours, then what params.yaml says."""
    paths = [str(SOURCES), os.environ.get("PYTHONPATH", "")]
    ours = USUAL | {"spark.executorEnv.PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return ours | (LOOPBACK if _is_local(engine) else {}) | engine.spark_conf


def _session(engine: Engine) -> Any:
    """The session of this process, begun at the first call and ended with the process."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SettingsError("engine: spark needs the package pyspark; run make install-spark") from error
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        raise SettingsError("engine: spark needs Java 17 or newer, but there is no java on PATH and no JAVA_HOME")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if _is_local(engine):
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK["spark.driver.host"])
    builder = SparkSession.builder.master(engine.master)
    for key, value in configuration(engine).items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    atexit.register(session.stop)
    return session


def _not_shared(folder: Path) -> str:
    return (
        f"engine: spark: the executor on {socket.gethostname()} has no folder {folder}; put the project on storage "
        "that driver and executors mount under the same path (docs/scale.md)"
    )


def _is_local(engine: Engine) -> bool:
    return engine.master.startswith("local")
