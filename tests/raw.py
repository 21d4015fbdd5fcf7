"""Raw files of a few lines, and what ingest makes of them."""

from __future__ import annotations

import gzip
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bleib import buckets
from bleib.settings import Settings, parse_settings
from bleib.sources.calendar import Calendar
from bleib.sources.ingest import ingest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

ORDERS: dict[str, Any] = {
    "table": "interactions",
    "files": "orders.csv",
    "columns": {"event_id": "id", "customer_id": "customer", "occurred_at": "date", "amount": "amount"},
    "constants": {"kind": "order"},
}
HEAD = "id,customer,date,amount\n"
GOOD = HEAD + "".join(f"{k},C{k % 3},2024-03-{k:02d} 10:00,{k}.5\n" for k in range(1, 29))


@dataclass(frozen=True)
class Result:
    """What ingest gave, read back: the tables that have rows, quarantine, report, its page, calendar."""

    tables: dict[str, pd.DataFrame]
    quarantine: pd.DataFrame
    report: dict[str, Any]
    page: str
    calendar: Calendar


def run(chosen: Settings, folder: Path, kept: Path | None = None) -> Result:
    """Ingest the raw files below the folder; what is kept of them lies in ``kept``."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        found = ingest(chosen, folder, out / "tables", out / "quarantine.parquet", kept or out / "kept")
        tables = buckets.read_tables(out / "tables")
        tables = {name: tables[name] for name in found.report["tables"]}
        quarantine = pd.read_parquet(out / "quarantine.parquet")
        return Result(tables, quarantine, found.report, found.page, found.calendar)


def settings(sources: list[dict[str, Any]], time_zone: str = "UTC", **ingest_section: Any) -> Settings:
    """Settings of the sections that ingest reads; tables of a few rows need not know each other's customers."""
    limits = {"max_unknown_customers": 1, **ingest_section}
    sections = {"company": {"time_zone": time_zone}, "sources": sources, "ingest": limits, "clock": {}}
    return parse_settings(sections)


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write the files; a name that ends with .gz is zipped."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)


def take_in(
    folder: Path, files: dict[str, str | bytes], sources: list[dict[str, Any]], time_zone: str = "UTC", **limits: Any
) -> Result:
    """Write the files and ingest them."""
    write(folder, files)
    return run(settings(sources, time_zone, **limits), folder)


def orders(folder: Path, lines: str, head: str = HEAD, **changes: Any) -> Result:
    """Ingest one file of orders: 28 good ones of March 2024 and the given lines; 90 % may be bad."""
    content = (GOOD + lines) if head == HEAD else head + lines
    return take_in(folder, {"orders.csv": content}, [{**ORDERS, **changes}], max_bad_share=0.9)


def reasons(found: Result) -> list[tuple[int, str, str]]:
    """(row, column, reason) of every row in quarantine."""
    frame = found.quarantine
    return list(zip(frame["row"].tolist(), frame["column"].tolist(), frame["reason"].tolist(), strict=True))
