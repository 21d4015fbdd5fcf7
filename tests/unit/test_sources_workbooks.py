from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import raw
from bleib.errors import DataError
from bleib.settings import Csv
from bleib.sources.faults import SourceError
from bleib.sources.reading.paths import find_files
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.readers import read_blocks, read_file
from bleib.sources.reading.workbooks import sheets_of
from bleib.sources.values import numbers


def workbook(path: Path, sheets: dict[str, list[list[Any]]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell, form in (formats or {}).items():
            sheet[cell].number_format = form
    book.save(path)
    return path


def read(path: Path, sheet: str | None = None, **dialect: Any) -> Any:
    return read_file(RawFile(path, path.parent, dialect=Csv(**dialect), sheet=sheet))


def test_cells_are_read_as_text_that_keeps_what_a_person_sees(tmp_path: Path) -> None:
    rows = [
        ["nr", "when", "total", "ok", "name"],
        [4711, datetime(2024, 3, 1, 14, 5), 12.5, True, " Groß "],
        ["0012", datetime(2024, 3, 2), 3.0, False, None],
    ]
    path = workbook(tmp_path / "a.xlsx", {"Data": rows}, {"A2": "0000000"})
    assert read(path).table.to_pylist() == [
        {"nr": "0004711", "when": "2024-03-01 14:05:00", "total": "12.5", "ok": "true", "name": " Groß "},
        {"nr": "0012", "when": "2024-03-02 00:00:00", "total": "3", "ok": "false", "name": None},
    ]


def test_a_number_beside_texts_with_a_decimal_comma_is_the_same_number(tmp_path: Path) -> None:
    """With a point 12.125 would be read as twelve thousand, the point being the thousands sign."""
    path = workbook(tmp_path / "a.xlsx", {"S": [["total"], [12.125], ["1.008,50"], [7]]})
    dialect = Csv(decimal=",", thousands=".")
    column = read_file(RawFile(path, tmp_path, dialect=dialect)).table["total"]
    assert numbers(column, [], dialect)[0].tolist() == [12.125, 1008.5, 7.0]


def test_a_sheet_is_named_and_the_first_one_is_read_else(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"One": [["a"], ["x"]], "Two": [["b"], ["y"]], "Empty": []})
    assert read(path).table.to_pylist() == [{"a": "x"}]
    assert read(path, "Two").table.to_pylist() == [{"b": "y"}]
    assert sheets_of(path) == {"One": True, "Two": True, "Empty": False}
    with pytest.raises(SourceError, match=r"a\.xlsx: no sheet 'two' .*Did you mean Two\? Known: One, Two, Empty"):
        read(path, "two")


def test_empty_rows_are_none_and_columns_without_a_name_get_their_position(tmp_path: Path) -> None:
    rows = [["Export"], ["a", None, "a"], [None, None, None], ["1", "2", "3", "note"], ["4"]]
    found = read(workbook(tmp_path / "a.xlsx", {"S": rows}), skip_lines=1)
    assert found.table.to_pylist() == [
        {"a": "1", "column_2": "2", "a.2": "3", "column_4": "note"},
        {"a": "4", "column_2": None, "a.2": None, "column_4": None},
    ]
    assert found.row.tolist() == [1, 2]


def test_a_row_with_values_beyond_the_given_header_is_kept_aside(tmp_path: Path) -> None:
    found = read(workbook(tmp_path / "a.xlsx", {"S": [["1"], ["2", "3"], ["4"]]}), header=["a"])
    assert (found.table.to_pylist(), found.row.tolist()) == ([{"a": "1"}, {"a": "4"}], [1, 3])
    assert found.ragged == ((0, 2, "2;3"),)


def test_a_workbook_is_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bleib.sources.reading.rows.BLOCK_ROWS", 2)
    path = workbook(tmp_path / "a.xlsx", {"S": [["a"], *([f"{k}"] for k in range(5))]})
    blocks = list(read_blocks(RawFile(path, tmp_path)))
    assert [block.row.tolist() for block in blocks] == [[1, 2], [3, 4], [5]]


def test_cells_outside_the_range_that_the_sheet_claims_are_read(tmp_path: Path) -> None:
    path, claimed = workbook(tmp_path / "a.xlsx", {"S": [["a", "b"], ["1", "2"], ["3", "4"]]}), tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(claimed, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content, count = re.subn(rb'<dimension ref="A1:B3"', b'<dimension ref="A1"', content)
                assert count == 1
            changed.writestr(name, content)
    assert read(claimed).table.to_pylist() == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert sheets_of(claimed) == {"S": True}


def test_what_is_no_workbook_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"id;name\n")
    with pytest.raises(SourceError, match=r"a\.xlsx: not readable as an Excel workbook"):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.zip", "a.xml"])
def test_other_files_are_refused_by_their_ending_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"id,name\n1,2\n")
    with pytest.raises(SourceError, match=rf"{name}: files that end with \.{name[2:]} are not read .*save it as"):
        read(tmp_path / name)


def test_the_lock_file_of_an_open_workbook_is_not_among_the_files_of_a_folder(tmp_path: Path) -> None:
    raw.write(tmp_path, {"d/a.xlsx": "", "d/~$a.xlsx": "", "d/b.jsonl": "", "d/c.json": "", "d/.d.csv": ""})
    assert [path.name for path in find_files("d", tmp_path)] == ["a.xlsx", "b.jsonl", "c.json"]
    assert [path.name for path in find_files("d/*.xlsx", tmp_path)] == ["a.xlsx"]


def test_orders_of_a_workbook_are_taken_in(tmp_path: Path) -> None:
    rows = [["id", "customer", "date", "amount"], *([k, k % 3, datetime(2024, 3, k, 10), k / 2] for k in range(1, 29))]
    workbook(tmp_path / "o.xlsx", {"Info": [["nothing"]], "Orders": [*rows, ["Summe: 203"]]})
    source = {**raw.ORDERS, "files": "o.xlsx", "sheet": "Orders"}
    found = raw.run(raw.settings([source], "Europe/Berlin"), tmp_path)
    assert found.report["totals"] == {"rows_in": 29, "rows_out": 28, "quarantined": 1, "filtered": 0, "merged": 0}
    first = found.tables["interactions"].sort_values("occurred_at").iloc[0]
    assert (first["event_id"], str(first["occurred_at"]), first["amount"]) == ("1", "2024-03-01 09:00:00+00:00", 0.5)


@pytest.mark.parametrize("number", [2**53, 9_500_000_000_000_000, 1.2e18])
def test_ids_that_a_workbook_holds_as_numbers_beyond_a_float_stop_the_stage(tmp_path: Path, number: float) -> None:
    rows = [["id", "customer", "date", "amount"], *([k, number, datetime(2024, 3, k), 1] for k in range(1, 29))]
    workbook(tmp_path / "o.xlsx", {"S": rows})
    with pytest.raises(DataError, match="column customer: ids stored as floating point numbers"):
        raw.run(raw.settings([{**raw.ORDERS, "files": "o.xlsx"}]), tmp_path)
