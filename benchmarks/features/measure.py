"""One command in a process of its own: wall seconds, CPU seconds, peak memory.

Only the standard library: a child's peak counts the memory of the process that started it, so this one stays small.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

THREADS = 2


@dataclass(frozen=True)
class Usage:
    """What one process took, its own children included (their peak is not added, the largest counts)."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run a command to its end; CalledProcessError if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **_threads(), **(environment or {})})
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _threads() -> dict[str, str]:
    names = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "BENCH_THREADS")
    return dict.fromkeys(names, str(THREADS))
