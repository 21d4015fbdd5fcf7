"""Runs the benchmark: ``python -m benchmarks.features.run``, or ``make bench-features``; see benchmarks/README.md.

Starts everything in processes of its own and keeps what they took under benchmarks/work/results. Only the standard
library, so that this process stays small (see measure).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.features import results
from benchmarks.features.measure import Usage, environment, measure
from benchmarks.features.world import WORK, World

OURS, OURS_DAILY, FEATURETOOLS = "ours", "ours_daily", "featuretools_windows"
PARTNERS = {"bound": OURS, "polars_loop": OURS_DAILY, "duckdb_loop": OURS_DAILY, FEATURETOOLS: OURS}  # same features
OTHERS = ("bound", "polars_loop", "duckdb_loop")
LARGE = 10_000_000  # events from which fewer pairs are run
TINY = World(1_000, 100)
PACKAGES = {"bound": "duckdb", "polars_loop": "polars", "duckdb_loop": "duckdb", FEATURETOOLS: "featuretools"}
PYTHON = WORK / "venv/bin/python"
FEATURETOOLS_PYTHON = WORK / "venv-featuretools/bin/python"


def main() -> None:
    """Measure what was asked for, then print all tables and bars that there are results for."""
    asked = _arguments()
    _contend(OURS, TINY)  # the kernel's compiled code is on disk from here on
    if asked.growth:
        measure_growth(asked.base)
    if asked.ingest:
        measure_ingest(asked.events)
    if not (asked.growth or asked.ingest):
        for events in asked.events:
            pairs = asked.pairs if events < LARGE else asked.large_pairs
            measure_contenders(World(events, events // 10), pairs, asked.against)
        if asked.featuretools:
            measure_featuretools(World(asked.featuretools, asked.featuretools // 10, late=0.0), asked.large_pairs)
    shutil.rmtree(WORK / "output")
    _run_module("report", *(["docs/performance.md"] if asked.write else []))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.features.run")
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, LARGE], help="sizes to compare at")
    parser.add_argument(
        "--pairs", type=int, default=3, help=f"ours and other in turn, so often, below {LARGE:,} events"
    )
    parser.add_argument("--large-pairs", type=int, default=1, help="the same from there on, and for featuretools")
    parser.add_argument("--against", nargs="+", default=OTHERS, choices=OTHERS, help="only these contenders")
    parser.add_argument("--featuretools", type=int, default=200_000, help="events for featuretools; 0: without it")
    parser.add_argument("--growth", action="store_true", help="ours alone against events, customers, as-of dates")
    parser.add_argument("--base", type=int, default=LARGE, help="events from which --growth varies")
    parser.add_argument("--ingest", action="store_true", help="ingest of CSV files of --events rows")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args()


def measure_contenders(world: World, pairs: int, others: Sequence[str]) -> None:
    """Ours and each other contender in turn; every other one's output is compared with ours."""
    _make(world)
    _contend("bound", world)  # the files are in the system's cache from here on
    rows = []
    for other in others:
        rows += _pairs(other, world, pairs)
        rows[-1]["version"] = _version(other)
        if other != "bound":
            rows[-1] |= _compare(other)
    results.write(f"contenders-{world.events}", rows)


def measure_featuretools(world: World, pairs: int) -> None:
    """Ours and featuretools in turn on the same keys."""
    _make(world)
    if not FEATURETOOLS_PYTHON.exists():
        _make_venv(FEATURETOOLS_PYTHON, Path("benchmarks/requirements-featuretools.txt"))
    rows = _pairs(FEATURETOOLS, world, pairs)
    rows[-1] |= {"version": _version(FEATURETOOLS), **_compare(FEATURETOOLS)}
    results.write("featuretools", rows)


def measure_growth(base: int) -> None:
    """Ours once at every size; one of events, customers and as-of dates varied at a time."""
    middle = World(base, base // 10)
    series = {
        "events": [World(base // 10, base // 100), middle, World(base * 5, base // 2)],
        "customers": [World(base, base // share) for share in (100, 33, 10, 3)],
        "dates": [World(base, base // 10, dates) for dates in (3, 6, 12, 24)],
    }
    used = {world: _contend(OURS, world) for world in dict.fromkeys(w for worlds in series.values() for w in worlds)}
    rows = [_row(OURS, w, used[w], varied=what) for what, worlds in series.items() for w in worlds]
    results.write("growth", rows)


def measure_ingest(sizes: list[int]) -> None:
    """The stage ingest once on CSV files of each size, one file a month, and again when the last week's file is new."""
    rows = []
    for events in sizes:
        world, project = World(events, events // 10), WORK / "ingest"
        _make(world)
        _run_module("exports", str(world.folder), str(project))
        stage = [sys.executable, "-m", "bleib.stages.ingest"]
        rows.append(_row("ingest", world, measure(stage, project)))
        _shorten(max((project / "data/raw").iterdir()))
        rows.append(_row("ingest", world, measure(stage, project), varied="ingest: last week is new"))
        shutil.rmtree(project)
    results.write("ingest", rows)


def _shorten(file: Path) -> None:
    """Take the last line away: to ingest, a file that it has not read yet."""
    file.write_text("".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")


def _pairs(other: str, world: World, pairs: int) -> list[dict[str, object]]:
    names = [(pair, name) for pair in range(pairs) for name in (PARTNERS[other], other)]
    return [_row(name, world, _contend(name, world), pair=pair, against=other) for pair, name in names]


def _contend(name: str, world: World) -> Usage:
    """One run of a contender into an empty folder."""
    _make(world)
    output = _output(name)
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    used = measure([_python(name), "-m", f"benchmarks.features.contenders.{name}", str(world.folder), str(output)])
    results.say(
        f"{name}, {world.events:,} events, {world.customers:,} customers, {world.dates} dates: "
        f"{used.wall_s:.1f} s, {used.cpu_s:.1f} CPU s, {used.peak_mb:,.0f} MB"
    )
    return used


def _compare(name: str) -> dict[str, int]:
    """How many features the contender shares with ours on how many rows, all equal; CalledProcessError if not."""
    command = [sys.executable, "-m", "benchmarks.features.compare", str(_output(PARTNERS[name])), str(_output(name))]
    done = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, text=True, check=False)
    results.say(f"{name}: {done.stdout.strip()}")
    done.check_returncode()
    words = done.stdout.split()  # 63 features, 927377 rows, …
    return {"features": int(words[0]), "rows": int(words[2])}


def _python(name: str) -> str:
    """The interpreter of a contender's environment."""
    if name in PARTNERS.values():
        return sys.executable
    return str(FEATURETOOLS_PYTHON if name == FEATURETOOLS else PYTHON)


def _version(name: str) -> str:
    script = f"from importlib.metadata import version; print(version({PACKAGES[name]!r}))"
    return subprocess.run([_python(name), "-c", script], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def _row(name: str, world: World, used: Usage, **more: object) -> dict[str, object]:
    return {"contender": name, **vars(world), **vars(used), **more}


def _make(world: World) -> None:
    if not world.folder.exists():
        _run_module("generate", str(world.events), str(world.customers), str(world.dates), str(world.late))


def _output(name: str) -> Path:
    return WORK / "output" / name


def _make_venv(python: Path, requirements: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", str(requirements)], check=True)


def _run_module(name: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", f"benchmarks.features.{name}", *arguments], env=environment(), check=True)


if __name__ == "__main__":
    main()
