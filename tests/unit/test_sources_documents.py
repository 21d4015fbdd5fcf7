from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import raw
from bleib.settings import Csv
from bleib.sources.faults import SourceError
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.readers import read_blocks, read_file
from bleib.sources.values import numbers


def read(folder: Path, name: str, content: str | bytes) -> Any:
    raw.write(folder, {name: content})
    return read_file(RawFile(folder / name, folder))


def test_lines_are_rows_and_values_keep_their_digits(tmp_path: Path) -> None:
    content = (
        '{"id": 12345678901234567890, "customer": {"nr": "0007", "tags": ["a", "b"]}, "total": 1.10}\n'
        "\n"
        '{"id": "x", "paid": true, "total": null}\n'
    )
    found = read(tmp_path, "a.jsonl", content)
    assert (found.ragged, found.row.tolist()) == ((), [1, 2])  # the empty line is none
    assert found.table.to_pylist() == [
        {
            "id": "12345678901234567890",
            "customer.nr": "0007",
            "customer.tags": '["a", "b"]',
            "total": "1.10",
            "paid": None,
        },
        {"id": "x", "customer.nr": None, "customer.tags": None, "total": None, "paid": "true"},
    ]


@pytest.mark.parametrize("name", ["a.json", "a.json.gz", "a.ndjson.gz", "a.jsonl"])
def test_lines_are_read_by_every_ending(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, "\ufeff" + '{"a": "ä"}\n{"a": "ö"}\n')
    assert found.table.to_pylist() == [{"a": "ä"}, {"a": "ö"}]


@pytest.mark.parametrize(
    "document",
    [
        [{"a": 1}, {"a": 2}],
        {"data": [{"a": 1}, {"a": 2}], "page": 1},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_of_records_is_read(tmp_path: Path, document: Any, indent: int | None) -> None:
    found = read(tmp_path, "a.json", json.dumps(document, indent=indent))
    assert found.table.to_pylist() == [{"a": "1"}, {"a": "2"}]


def test_a_number_beside_texts_with_a_decimal_comma_is_the_same_number(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.jsonl": '{"a": 12.125}\n{"a": "1.008,50"}\n'})
    dialect = Csv(decimal=",", thousands=".")
    column = read_file(RawFile(tmp_path / "a.jsonl", tmp_path, dialect=dialect)).table["a"]
    assert numbers(column, [], dialect)[0].tolist() == [12.125, 1008.5]


def test_fields_of_objects_in_objects_have_all_their_names(tmp_path: Path) -> None:
    found = read(tmp_path, "a.jsonl", '{"a": {"b": {"c": 1}, "d": {}}}\n')
    assert found.table.to_pylist() == [{"a.b.c": "1"}]
    assert found.headers[0].objects == {"a", "a.b"}


def test_numbers_in_lists_stay_numbers_with_their_digits(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.jsonl": '{"a": [1.10, "1.10", {"ä": [null, true]}]}\n{"a": []}\n'})
    found = read_file(RawFile(tmp_path / "a.jsonl", tmp_path, dialect=Csv(decimal=",")))
    assert found.table["a"].to_pylist() == ['[1.10, "1.10", {"ä": [null, true]}]', "[]"]


def test_numbers_that_a_program_wrote_as_floats_are_the_ids_that_they_mean(tmp_path: Path) -> None:
    """A column of ids with gaps is one of floats in many programs: 13085.0 is the customer 13085 of other files."""
    numbers = ["13085.0", "-7.00", "-1.50", "1.23457E15", "1.2e-7", "9500000000000000.0", "950000000000000.0"]
    found = read(tmp_path, "a.jsonl", "".join(f'{{"a": {digits}, "b": "{digits}"}}\n' for digits in numbers)).table
    assert found["a"].to_pylist() == [
        "13085",
        "-7",
        "-1.50",
        "1.23457e+15",
        "1.2e-7",
        "9500000000000000.0",
        "950000000000000",
    ]
    assert found["b"].to_pylist() == numbers


def test_a_single_line_is_a_record_as_many_lines_are(tmp_path: Path) -> None:
    """A day on which one order came in."""
    assert read(tmp_path, "a.json", '{"a": 1, "b": [1]}\n').table.to_pylist() == [{"a": "1", "b": "[1]"}]


@pytest.mark.parametrize("name", ["a.jsonl", "a.NDJSON", "a.ndjson.gz"])
def test_a_first_line_that_is_no_record_does_not_make_a_document_of_lines(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, 'Export\n{"a": 1}\n')
    assert (found.table.to_pylist(), found.ragged) == ([{"a": "1"}], ((0, 1, "Export"),))


def test_empty_lines_before_the_records_do_not_make_a_document_of_them(tmp_path: Path) -> None:
    assert read(tmp_path, "a.json", '\n{"a": 1}\n{"a": 2}\n').table.to_pylist() == [{"a": "1"}, {"a": "2"}]


@pytest.mark.parametrize("content", ['{"a": 1}\n{"a": 2}', '[{"a": 1}, {"a": 2}]'])
def test_a_byte_order_mark_is_no_letter_in_any_encoding(tmp_path: Path, content: str) -> None:
    raw.write(tmp_path, {"a.json": ("\ufeff" + content).encode("utf-8")})
    found = read_file(RawFile(tmp_path / "a.json", tmp_path, dialect=Csv(encoding="utf-8")))
    assert found.table.to_pylist() == [{"a": "1"}, {"a": "2"}]


def test_a_number_of_any_length_keeps_its_digits(tmp_path: Path) -> None:
    """Python refuses whole numbers of more than 4,300 digits."""
    digits = "7" * 5_000
    assert read(tmp_path, "a.jsonl", f'{{"a": {digits}}}\n').table["a"].to_pylist() == [digits]


def test_a_line_that_is_no_record_is_kept_aside_with_its_number(tmp_path: Path) -> None:
    found = read(tmp_path, "a.jsonl", '{"a": 1}\nSumme: 1\n{"a": 2}\n{"a": 3\n')
    assert found.table.to_pylist() == [{"a": "1"}, {"a": "2"}]
    assert found.row.tolist() == [1, 3]
    assert found.ragged == ((0, 2, "Summe: 1"), (0, 4, '{"a": 3'))


def test_a_column_that_begins_late_is_there_in_every_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bleib.sources.reading.rows.BLOCK_ROWS", 2)
    raw.write(tmp_path, {"a.jsonl": '{"a": 1}\n{"a": 2}\n{"a": 3, "b": 4}\n'})
    blocks = list(read_blocks(RawFile(tmp_path / "a.jsonl", tmp_path)))
    assert [block.headers[0].names for block in blocks] == [("a", "b"), ("a", "b")]
    assert [block.row.tolist() for block in blocks] == [[1, 2], [3]]


def test_a_document_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    open_text = RawFile.open_text
    monkeypatch.setattr(RawFile, "open_text", lambda file: opened.append(file.name) or open_text(file))
    assert read(tmp_path, "a.json", '[{"a": 1},\n{"b": 2}]').table.to_pylist() == [
        {"a": "1", "b": None},
        {"a": None, "b": "2"},
    ]
    assert opened == ["a.json"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"a": 1,\n "b": [1, 2]}', "an object without a list of records"),
        ('{"a": 1,\n "b": []}', "an object without a list of records"),
        ('{"a": [{}],\n "b": [{}]}', "an object with several lists of records: a, b"),
        ("[1, 2]", "a list of other things than records"),
        ('[{"a": 1}, null]', "a list of other things than records"),
        ('[{"a": 1},', "not readable as JSON"),
        ("id;name\n1;2\n", "not readable as JSON"),
        (b'{"a": "\xe4"}\n', "not readable as utf-8"),
    ],
)
def test_what_holds_no_records_is_a_fault(tmp_path: Path, content: str | bytes, text: str) -> None:
    with pytest.raises(SourceError, match=f"a.json: {text}"):
        read(tmp_path, "a.json", content)


@pytest.mark.parametrize("document", [{"tickets": []}, {"count": 0, "next": None, "tickets": [], "errors": []}])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_page_without_records_has_no_rows(tmp_path: Path, document: Any, indent: int | None) -> None:
    found = read(tmp_path, "a.json", json.dumps(document, indent=indent))
    assert (len(found), found.headers[0].names) == (0, ())


@pytest.mark.parametrize("content", ["", "\n", "[]"])
def test_an_empty_file_has_no_rows(tmp_path: Path, content: str) -> None:
    assert len(read(tmp_path, "a.json", content)) == 0
