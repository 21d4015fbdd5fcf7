"""The files that a path, folder or glob means, oldest first."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable
from pathlib import Path

from bleib.settings import Source
from bleib.sources.faults import SourceError, fatal
from bleib.sources.reading.raw_file import SUFFIXES, RawFile


def find_files(pattern: str, root: Path) -> list[Path]:
    """The files that a path, folder or glob means, oldest first by their names; a folder gives those that can be read
    by their endings. Hidden files, and those by which Excel locks an open workbook, are none.
    """
    path = root / pattern
    if path.is_file():
        return [path]
    if path.is_dir():
        found = (f for f in path.rglob("*") if f.name.lower().endswith(SUFFIXES))
    else:
        found = (Path(f) for f in glob.glob(str(path), recursive=True))  # noqa: PTH207
    return visible(found)


def visible(paths: Iterable[Path]) -> list[Path]:
    """The files among the paths that are not hidden and no lock of an open workbook, oldest first by their names."""
    return sorted((path for path in paths if path.is_file() and not path.name.startswith((".", "~$"))), key=by_name)


def files_of(source: Source, root: Path) -> list[RawFile]:
    """The files of a source that has files; SourceError where there is none."""
    pattern = str(source.files)
    paths = find_files(pattern, root)
    if not paths:
        expected = f"a file, folder or glob below {root}"
        raise SourceError(fatal(source.table, pattern, "file not found", expected, _nearby(pattern, root)))
    return [RawFile.of(source, path, root) for path in paths]


def stem(path: Path) -> str:
    """The name of a file without the endings by which it is read."""
    ending = max((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), key=len, default="")
    return path.name.removesuffix(path.name[len(path.name) - len(ending) :])


def by_name(path: Path) -> tuple[list[list[tuple[int, str]]], Path]:
    """The place of a file among others. Numbers by their value and endings last: x.csv, x-2.csv, x-10.csv, which
    letter by letter is the other way.
    """
    parts = [re.findall(r"[0-9]+|[^0-9]+", part) for part in (*path.parent.parts, stem(path).lower())]
    return [[(int(text), "") if text.isdecimal() else (-1, text) for text in part] for part in parts], path


def _nearby(pattern: str, root: Path) -> str:
    folder = (root / pattern).parent
    names = sorted(f.name for f in folder.iterdir()) if folder.is_dir() else []
    if not names:
        return f"There is nothing in {folder}; put the file there or correct files:."
    return f"Correct files:, or put the file there. {folder} holds: {', '.join(names[:12])}."
