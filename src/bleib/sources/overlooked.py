"""Newer deliveries that lie beside the files of the sources, and that no source reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.reading.paths import by_name, find_files, stem, visible

NUMBERED = re.compile(r"(?<![^\W\d_])(kw|cw|w|q)?\d+|\d+|[\W_]")  # 2026, kw01, and what stands between words


def overlooked(sources: Iterable[Source], root: Path) -> list[Fault]:
    """A fault for each table whose newest file has a newer one beside it, by its name, that no source reads.

    Names of one family differ at most in numbers and in what stands between words: x.csv, x_2026-11.csv, x (1).csv.
    """
    read = {path: source for source in sources if source.files for path in find_files(str(source.files), root)}
    newest: dict[tuple[Path, str], Path] = {}
    for path in sorted(read, key=by_name):
        newest[path.parent, _family(path)] = path
    found = []
    for (folder, family), last in newest.items():
        beside = [path for path in visible(folder.iterdir()) if path not in read and _family(path) == family]
        newer = [path for path in beside if by_name(path) > by_name(last)]
        if newer:
            found.append(_fault(read[last].table, last, newer, root))
    return found


def _family(path: Path) -> str:
    return NUMBERED.sub("", stem(path).lower()) + _ending(path).lower()


def _ending(path: Path) -> str:
    return path.name[len(stem(path)) :]


def _fault(table: str, last: Path, newer: list[Path], root: Path) -> Fault:
    all_of_them = last.with_name(f"{re.split('[0-9]', stem(last))[0]}*{_ending(last)}")
    return Fault(
        table,
        _shown(newer[-1], root),
        "",
        f"no source reads it, and it looks like a newer delivery of {_shown(last, root)}",
        0,
        (),
        "all deliveries of a table under files:, as a folder or glob",
        f"Name all of them, such as files: {_shown(all_of_them, root)}, or move away what does not belong there.",
    )


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
