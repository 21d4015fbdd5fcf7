"""Where measurements are kept between runs: one JSON file a part, a list of rows."""

from __future__ import annotations

import json
import sys

from benchmarks.features.world import WORK

Row = dict[str, object]


def write(part: str, rows: list[Row]) -> None:
    """Keep the rows of a part in the place of those before."""
    folder = WORK / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{part}.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def read(part: str) -> list[Row]:
    """The rows of a part; none if it was not measured yet."""
    file = WORK / "results" / f"{part}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def parts(prefix: str) -> list[str]:
    """The measured parts whose names begin so."""
    return sorted(file.stem for file in (WORK / "results").glob(f"{prefix}*.json"))


def say(text: str) -> None:
    """One line to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
