"""What was read before is not read again: the first pass of each raw file, kept by content, settings and code."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from bleib import buckets, clock, files, tables
from bleib.sources.intake import Limits, Taken
from bleib.sources.pieces import Piece

RESULT, DIGEST = "taken.pickle", "sha256"


def key_of(piece: Piece, limits: Limits) -> str:
    """The name of an entry; it changes with whatever could change what is read. Queries are named by their text."""
    content = "" if piece.file is None else _digest(piece.file.path)
    settings = "".join(source.model_dump_json() for _, source in piece.sources)
    told = "\n".join([piece.name, content, settings, repr(limits), _code()])
    return hashlib.sha256(told.encode()).hexdigest()


def kept(folder: Path, make: Callable[[Path], Taken], again: bool = False) -> Taken:
    """The entry in ``folder``; made anew where there is none, where it is damaged, or if told to make it ``again``."""
    if not again and folder.is_dir() and _is_whole(folder):
        return pickle.loads((folder / RESULT).read_bytes())
    shutil.rmtree(folder, ignore_errors=True)
    with files.replacing(folder) as fresh:
        fresh.mkdir()
        taken = make(fresh)
        (fresh / RESULT).write_bytes(pickle.dumps(taken))
        (fresh / DIGEST).write_text(_content(fresh))
    return taken


def sweep(folder: Path, used: Iterable[str]) -> None:
    """Remove every entry that is not used."""
    wanted = set(used)
    for entry in sorted(folder.iterdir()):
        if entry.name not in wanted:
            shutil.rmtree(entry)


def _is_whole(folder: Path) -> bool:
    digest = folder / DIGEST
    return digest.is_file() and digest.read_text() == _content(folder)


def _content(folder: Path) -> str:
    """Names and digests of the files of an entry."""
    found = [path for path in sorted(folder.iterdir()) if path.name != DIGEST]
    return "".join(f"{_digest(path)}  {path.name}\n" for path in found)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def modules() -> list[Path]:
    """The modules that decide what is read."""
    here = Path(__file__).parent
    beside = [Path(str(module.__file__)) for module in (buckets, clock, tables)]
    return [*sorted(here.glob("*.py")), *sorted((here / "reading").glob("*.py")), *beside]


@cache
def _code() -> str:
    """A digest of the code that reads, with the versions of the libraries that it reads with."""
    return ",".join([*map(_digest, modules()), np.__version__, pd.__version__, pa.__version__])
