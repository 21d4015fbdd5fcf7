"""One command in a process of its own: wall seconds, CPU seconds, peak memory.

Only the standard library: a child's peak counts the memory of the process that started it, so this one stays small.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

THREADS = 2


@dataclass(frozen=True)
class Usage:
    """What one process took, its own children included (their peaks are not added, the largest counts)."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure(command: Sequence[str], folder: Path | None = None) -> Usage:
    """Run a command to its end, in ``folder`` where given; CalledProcessError if it fails."""
    os.sync()  # what the one before left to be written is not charged to this one
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment(), cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def environment() -> dict[str, str]:
    """This process's, with the same number of threads for everybody and this checkout's code before any other."""
    names = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "BENCH_THREADS")
    here = Path.cwd()
    return {**os.environ, **dict.fromkeys(names, str(THREADS)), "PYTHONPATH": f"{here / 'src'}{os.pathsep}{here}"}
