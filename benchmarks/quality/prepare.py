"""Raw files → tables, snapshots, features, the product's own way; cached until settings or code change."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.quality.dates import needed
from benchmarks.quality.sets import ROOT, DataSet, Trial
from bleib.buckets import read_tables
from bleib.cohort.folders import label_folders
from bleib.cohort.label import Calendar
from bleib.commands.way import RAW
from bleib.features.featurize import featurize
from bleib.files import read_parquet, sha256, write_parquet, write_text
from bleib.model.rows import KEY
from bleib.settings import Settings
from bleib.sources.ingest import ingest

PACKAGE = ROOT / "src" / "bleib"
TABLES = "tables"
CODE = (
    "sources",
    "cohort",
    "features",
    "demo",
    "examples",
    "buckets.py",
    "clock.py",
    "contents.py",
    "tables.py",
    "settings.py",
)
SECTIONS = ("company", "sources", "ingest", "clock", "churn", "features", "split")


@dataclass(frozen=True)
class Prepared:
    """What training and rivals work on. ``folder``: its place in the cache, for what else can be derived."""

    settings: Settings
    tables: Mapping[str, pd.DataFrame]
    snapshots: pd.DataFrame
    features: pd.DataFrame
    folder: Path


def prepare(chosen: DataSet, cache: Path, data: Path | None) -> Prepared:
    """From the cache, or made. ``raw.AbsentError`` if the raw files cannot be had."""
    settings, folder = chosen.settings(), cache / chosen.name
    key = _key(settings, chosen.tests)
    if not (folder / "key").exists() or (folder / "key").read_text(encoding="utf-8") != key:
        with _emptied(folder):
            chosen.lay_out(folder / RAW, data)
            _make(settings, chosen.tests, folder)
        write_text(folder / "key", key)
    return Prepared(
        settings,
        read_tables(folder / TABLES),
        read_parquet(folder / "snapshots.parquet"),
        read_parquet(folder / "features.parquet"),
        folder,
    )


def code_digest(*names: str, package: Path = PACKAGE) -> str:
    """SHA-256 of parts of src/bleib, without what Python and numba keep beside them of earlier runs."""
    parts = [file for name in names for file in (package / name, *sorted((package / name).rglob("*")))]
    return sha256(*(file for file in parts if file.is_file() and "__pycache__" not in file.parts))


def _key(settings: Settings, tests: tuple[Trial, ...]) -> str:
    values = settings.model_dump(mode="json", include=set(SECTIONS))
    dates = [(str(test.newest), test.dates) for test in tests]
    text = json.dumps([values, dates], sort_keys=True) + code_digest(*CODE)
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """A fresh folder that does not outlive a fault."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield
    except BaseException:
        shutil.rmtree(folder)
        raise


def _make(settings: Settings, tests: tuple[Trial, ...], folder: Path) -> None:
    found = ingest(settings, folder, folder / TABLES, folder / "quarantine.parquet", folder / "read")
    calendar = Calendar(found.calendar.first_day, found.calendar.data_end)
    labels = folder / "labels"
    label_folders(folder / TABLES, labels, calendar, settings.company, settings.clock, settings.churn)
    frame = needed(read_parquet(labels).sort_values(KEY, ignore_index=True), settings, tests)
    write_parquet(folder / "snapshots.parquet", frame)
    table = featurize(read_tables(folder / TABLES), frame[KEY], settings.company, settings.churn, settings.features)
    write_parquet(folder / "features.parquet", table.frame)
