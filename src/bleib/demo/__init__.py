"""Nordlicht Box: a made-up membership company with realistic exports and a known truth (see docs/demo.md)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bleib.demo.parameters import DATA_END
from bleib.errors import DataError

MIN_DAYS = 200
MIN_CUSTOMERS = 20


@dataclass(frozen=True)
class Simulated:
    """What was written: customers, weeks, how many gave notice, files with their bytes."""

    customers: int
    weeks: int
    notices: int
    files: dict[str, int]


def simulate(
    folder: Path,
    truth: Path,
    customers: int = 6000,
    days: int = 760,
    seed: int = 1,
    end: date = DATA_END,
    allow_filled: bool = False,
) -> Simulated:
    """Write the raw exports into ``folder`` and the truth into ``truth``.

    ``days`` is cut to whole weeks before ``end`` (the first day without data). The same arguments give the same bytes.
    With ``allow_filled`` exports of the same name are replaced.
    DataError where ``folder`` holds files and ``allow_filled`` is false, where truth would lie inside ``folder``, or
    where the company would be too small to mean anything.
    """
    _check(folder, truth, customers, days, allow_filled)
    from bleib.demo.company import live, streams
    from bleib.demo.exports import write_exports
    from bleib.demo.exports.desk import Desk
    from bleib.demo.timeline import Timeline
    from bleib.demo.truth import write_truth

    rng = streams(seed)
    history = live(Timeline(end, days // 7), customers, rng)
    with _filled_at_once(folder) as workshop:
        desk = Desk(history, workshop, rng["observation"])
        contact_ids = write_exports(desk)
        write_truth(truth, history, desk.faults, contact_ids)
    notices = int((history.ends.notice < history.timeline.days).sum())
    return Simulated(customers, history.timeline.weeks, notices, _sizes(folder))


@contextmanager
def _filled_at_once(folder: Path) -> Iterator[Path]:
    """A fresh folder whose files move into ``folder`` at the end: half a company must never look like a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as workshop:
        yield Path(workshop)
        for fresh in sorted(Path(workshop).iterdir()):
            target = folder / fresh.name
            if target.is_dir():
                shutil.rmtree(target)
            fresh.replace(target)


def _check(folder: Path, truth: Path, customers: int, days: int, allow_filled: bool) -> None:
    if customers < MIN_CUSTOMERS or days < MIN_DAYS:
        raise DataError(
            f"{customers} customers and {days} days asked for; give at least {MIN_CUSTOMERS} and {MIN_DAYS}"
        )
    if truth.resolve().is_relative_to(folder.resolve()):
        raise DataError(f"the truth ({truth}) would lie among the raw data ({folder}); give a folder outside it")
    held = sorted(f.name for f in folder.iterdir() if not f.name.startswith(".")) if folder.is_dir() else []
    if held and not allow_filled:
        raise DataError(
            f"{folder} is not empty (it holds {', '.join(held[:3])}); nothing was written. Give an empty folder"
        )


def _sizes(folder: Path) -> dict[str, int]:
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {f.relative_to(folder).as_posix(): f.stat().st_size for f in files}
