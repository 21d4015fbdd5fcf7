"""Features by featuretools, made in a virtual environment of its own, because it does not run on pandas 3."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

from benchmarks.quality.prepare import Prepared
from bleib import clock
from bleib.errors import BleibError
from bleib.features.streams import count_versions, event_stream, refused_columns
from bleib.files import read_parquet, sha256, write_parquet, write_text

PACKAGES = ("featuretools==1.31.0", "pandas<3", "pyarrow", "setuptools<81")
CACHE = "featuretools"  # beside the folders of the sets
SCRIPT = Path(__file__).with_name("featuretools_script.py")
ONE_US = pd.Timedelta(microseconds=1)


class UnavailableError(BleibError):
    """featuretools cannot be installed or does not run; the text says what pip or it said."""


def features(company: Prepared) -> pd.DataFrame:
    """customer_id, as_of_date and featuretools' features of every snapshot; kept until events or snapshots change."""
    cache = company.folder.parent / CACHE
    folder = cache / company.folder.name
    events, cutoffs, target = (folder / f"{name}.parquet" for name in ("events", "cutoffs", "features"))
    write_parquet(events, _events(company))
    write_parquet(cutoffs, _cutoffs(company))
    key, mark = sha256(events, cutoffs, SCRIPT), folder / "key"
    if not mark.exists() or mark.read_text(encoding="utf-8") != key:
        _synthesise(_environment(cache / "environment"), events, cutoffs, target)
        write_text(mark, key)
    frame = read_parquet(target)
    return frame.rename(columns={name: _plain(name) for name in frame})


def _synthesise(python: Path, events: Path, cutoffs: Path, target: Path) -> None:
    done = subprocess.run(
        [python, "-W", "ignore", SCRIPT, events, cutoffs, target], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UnavailableError(f"featuretools failed: {done.stderr.strip().splitlines()[-1]}")


def _environment(folder: Path) -> Path:
    """The Python of a virtual environment with featuretools; made with pip where it is not there yet."""
    python = folder / "bin" / "python"
    if not (folder / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UnavailableError(f"pip could not install featuretools: {done.stderr.strip().splitlines()[-1]}")
        write_text(folder / "installed", "\n".join(PACKAGES))
    return python


def _events(company: Prepared) -> pd.DataFrame:
    """All that was known of a customer as one table: the stream that our own features are made of."""
    stream = event_stream(company.tables, company.settings.features)
    refused = refused_columns(count_versions(company.tables), company.settings.features)
    stream = stream[~stream["kind"].isin(list(refused))]
    seen_at = clock.latest_of(stream["occurred_at"], stream["known_at"]).dt.tz_localize(None)
    return stream.assign(time=seen_at)[["customer_id", "time", "kind", "amount", "quantity", "channel", "topic"]]


def _cutoffs(company: Prepared) -> pd.DataFrame:
    """One row a snapshot with the last instant before its as-of date: featuretools counts that instant in."""
    zone = company.settings.company.time_zone
    keys = company.snapshots[["customer_id", "as_of_date"]]
    instants = {
        day: clock.timestamp(clock.to_date(day), zone).tz_localize(None) - ONE_US for day in keys["as_of_date"].unique()
    }
    return keys.assign(time=keys["as_of_date"].map(instants))


def _plain(name: str) -> str:
    """A column name that LightGBM takes."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
