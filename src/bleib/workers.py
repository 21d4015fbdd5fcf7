"""Where the tasks of the buckets run: threads of this process, or Spark. The result is the same.

A task is called with the number of a bucket. It reads and writes files of its own, which it finds by paths that it was
made with, and returns little.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bleib import spark
from bleib.settings import Engine

Result = TypeVar("Result")

LOCAL = Engine()


def each(task: Callable[[int], Result], numbers: Sequence[int], engine: Engine = LOCAL) -> list[Result]:
    """The results of the task for every number, in their order; the first failure is raised."""
    if engine.name == "spark":
        return spark.each(task, numbers, engine)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(task, numbers))
