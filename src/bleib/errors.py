"""Errors that a person at the keyboard can act upon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class BleibError(Exception):
    """A fault with a known cause; the command line prints its text without a traceback and exits with 1."""


class SettingsError(BleibError):
    """params.yaml holds something that cannot be meant."""

    @classmethod
    def of(cls, origin: str, faults: Sequence[str]) -> SettingsError:
        """All faults of one file, one line each."""
        return cls("\n".join([f"{origin}: {counted(len(faults), 'fault')}", *(f"  - {fault}" for fault in faults)]))


class DataError(BleibError):
    """The data make the result meaningless; the text says what was found, where, and what to do."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one file: what was found and where, what was expected, what to do.

    ``rows`` counts the rows concerned (0 where the fault is of the file itself); ``examples`` shows up to three.
    ``fatal`` faults stop the stage; the others send their rows to quarantine.
    """

    table: str
    file: str
    column: str
    reason: str
    rows: int
    examples: tuple[str, ...]
    expected: str
    remedy: str
    fatal: bool = False

    def __str__(self) -> str:
        """One paragraph: place, finding, expectation, remedy."""
        place = f"{self.file}, column {self.column}" if self.column else self.file
        count = f"{counted(self.rows, 'row')}; " if self.rows else ""
        shown = f"for example {', '.join(self.examples)}; " if self.examples else ""
        return f"{place}: {self.reason} ({count}{shown}expected {self.expected}). {self.remedy}"


def counted(number: int, noun: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
