"""A newer delivery that lies beside the file of a source, and that no source reads."""

from __future__ import annotations

from pathlib import Path

import pytest

import raw


def told(folder: Path, capsys: pytest.CaptureFixture[str], files: str, *beside: str) -> list[str]:
    """What ingest says of files beside ``files``, which the source reads."""
    raw.write(folder, dict.fromkeys(beside, raw.GOOD))
    raw.take_in(folder, {"orders.csv": raw.GOOD}, [{**raw.ORDERS, "files": files}], max_bad_share=1)
    return [line for line in capsys.readouterr().out.splitlines() if "no source reads" in line]


@pytest.mark.parametrize("newer", ["orders_2026-11.csv", "orders-kw02.csv", "orders (1).csv", "orders_01.11.2026.csv"])
def test_a_newer_delivery_that_no_source_reads_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], newer: str
) -> None:
    assert told(tmp_path, capsys, "orders.csv", newer) == [
        f"ingest: {newer}: no source reads it, and it looks like a newer delivery of orders.csv (expected all "
        "deliveries of a table under files:, as a folder or glob). Name all of them, such as files: "
        "orders*.csv, or move away what does not belong there."
    ]


def test_several_newer_deliveries_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = told(tmp_path, capsys, "x/orders_1.csv", "x/orders_1.csv", "x/orders_2.csv", "x/orders_10.csv")
    assert line.startswith(
        "ingest: x/orders_10.csv: no source reads it, and it looks like a newer delivery of x/orders"
    )
    assert "files: x/orders_*.csv" in line


@pytest.mark.parametrize(
    ("files", "beside"),
    [
        ("orders*.csv", ["orders_2.csv"]),  # read
        ("orders.csv", ["returns.csv", "orders_lines.csv", "orders_2.parquet", "~$orders_2.csv"]),  # something else
        ("orders_3.csv", ["orders_2.csv", "orders_3.csv"]),  # older
    ],
)
def test_what_is_read_is_something_else_or_is_older_is_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: str, beside: list[str]
) -> None:
    assert told(tmp_path, capsys, files, *beside) == []
