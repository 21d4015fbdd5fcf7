"""Tasks for the tests of the workers; executors import them from here."""

from __future__ import annotations

import os
from pathlib import Path

from bleib.errors import DataError


def whereabouts(number: int) -> tuple[int, int, str]:
    """The number, the process and its folder."""
    return number, os.getpid(), str(Path.cwd())


def refuse_seven(number: int) -> int:
    """A fault with a known cause at 7, any other at 8."""
    if number == 7:
        raise DataError("bucket 7: 3 rows have no customer")
    if number == 8:
        raise ValueError("eight")
    return number
