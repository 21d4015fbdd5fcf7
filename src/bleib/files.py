"""Files that are either wholly written or not touched, and hold the same bytes for the same content."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bleib.tables import DTYPES, Table

VERSION_DIGITS = 12
OCCUPIED = (errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR)  # a folder stands where another is to be put


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a fresh path to fill, then put it in the place of ``path``; on an error leave ``path`` alone.

    Works for a file and for a folder (the caller makes it). Several processes may replace the same path at once: the
    last one stays, whole. A file is there at every moment; of a folder, for a moment, neither the old nor the new one.
    What killed processes left half-written in a fresh folder is swept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        fresh = workshop / path.name
        yield fresh
        for left in [*fresh.rglob(".*")]:  # a network file system may hold on to a file for a while: it does no harm
            shutil.rmtree(left, ignore_errors=True)
        _put(fresh, path, workshop)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _put(fresh: Path, path: Path, workshop: Path) -> None:
    """Move ``fresh`` to ``path``. A folder cannot be replaced in one step: what stands there is moved aside first, also
    what another process puts there in between, and back if ``fresh`` then cannot take its place.
    """
    aside: list[Path] = []
    while True:
        try:
            fresh.replace(path)
            return
        except OSError as error:
            if error.errno not in OCCUPIED and not (path.is_dir() and fresh.exists()):
                if aside and not path.exists():
                    aside[-1].rename(path)
                raise
        with suppress(FileNotFoundError):  # another process was quicker to move it
            aside.append(path.rename(workshop / f"replaced-{len(aside)}"))


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, atomically."""
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys; NaN is refused (ValueError), because JSON has none."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Read JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a comma-separated UTF-8 file without index."""
    write_text(path, frame.to_csv(index=False, lineterminator="\n"))


def read_csv(path: Path, table: Table | None = None) -> pd.DataFrame:
    """Read what ``write_csv`` wrote; with the columns' kinds where ``table`` is given.

    Only an empty cell is missing: a customer called "NA" or "None" keeps the name.
    """
    texts = {c.name: "str" for c in table.columns if DTYPES[c.kind] == "str"} if table else {}
    frame = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""])
    return frame if table is None else frame.astype({c.name: DTYPES[c.kind] for c in table.columns})


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write Parquet (zstd) without index; the bytes depend on the content only."""
    with replacing(path) as fresh:
        frame.to_parquet(fresh, index=False, compression="zstd")


def write_array(path: Path, array: np.ndarray) -> None:
    """Write one array for ``numpy.load``."""
    with replacing(path) as fresh:
        np.save(fresh, array)


def read_parquet(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read Parquet."""
    return pd.read_parquet(path, columns=columns)


def sha256(*paths: Path) -> str:
    """SHA-256 over the bytes of the files (of a folder: of its files by name), as hex."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()


def version_of(model: Path) -> str:
    """The first digits of its SHA-256: how a person tells one model from another."""
    return sha256(model)[:VERSION_DIGITS]
