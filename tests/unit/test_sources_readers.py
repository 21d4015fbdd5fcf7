from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import raw
from bleib.settings import Csv, Source
from bleib.sources.faults import SourceError
from bleib.sources.reading import delimited
from bleib.sources.reading import rows as raw_rows
from bleib.sources.reading.delimited import header_of
from bleib.sources.reading.paths import files_of, find_files
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.readers import read_blocks, read_file, read_files
from bleib.sources.reading.rows import Raw


def read(pattern: str, folder: Path, **dialect: object) -> Raw:
    source = Source(table="interactions", files=pattern, columns={}, csv=Csv(**dialect))  # type: ignore[arg-type]
    return read_files(files_of(source, folder))


def rows(folder: Path, pattern: str, **dialect: object) -> list[dict[str, object]]:
    return read(pattern, folder, **dialect).table.to_pylist()


def test_delimiter_quote_and_line_breaks_in_a_text(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "id;text\n0001;'one; two\nthree'\n2;''\n"})
    assert rows(tmp_path, "a.csv", delimiter=";", quote="'") == [
        {"id": "0001", "text": "one; two\nthree"},
        {"id": "2", "text": ""},
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1"])
def test_encodings_and_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    raw.write(tmp_path, {"a.csv": "Kürzel,Name\n1,Jörg Weiß\n".encode(encoding)})
    assert rows(tmp_path, "a.csv", encoding=encoding) == [{"Kürzel": "1", "Name": "Jörg Weiß"}]


def test_a_byte_order_mark_is_no_part_of_the_first_name_by_default(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": b"\xef\xbb\xbfid,b\n1,2\n"})
    assert rows(tmp_path, "a.csv") == [{"id": "1", "b": "2"}]


def test_gzip_is_told_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv.gz": "id,b\n007,2\n"})
    (tmp_path / "a.csv.gz").rename(tmp_path / "b.csv")
    assert rows(tmp_path, "b.csv") == [{"id": "007", "b": "2"}]


def test_lines_before_the_header_and_files_without_one(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "Export of today\n\nid,b\n1,2\n", "b.csv": "1,2\n3,4\n"})
    assert rows(tmp_path, "a.csv", skip_lines=2) == [{"id": "1", "b": "2"}]
    assert rows(tmp_path, "b.csv", header=["x", "y"]) == [{"x": "1", "y": "2"}, {"x": "3", "y": "4"}]


def test_a_name_that_stands_twice_gets_a_number_and_an_empty_one_its_position(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "id,,id\n1,2,3\n"})
    assert header_of(RawFile(tmp_path / "a.csv")) == ["id", "column_2", "id.2"]


def test_rows_that_do_not_fit_the_header_are_kept_aside_with_their_number(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "id,b\n1,x\n2,y,z\n3,w\n4\n"})
    found = read("a.csv", tmp_path)
    assert found.table.column("id").to_pylist() == ["1", "3"]
    assert found.row.tolist() == [1, 3]
    assert found.ragged == ((0, 2, "2,y,z"), (0, 4, "4"))
    assert len(found) == 4


def test_a_folder_of_parquet_with_types_that_differ(tmp_path: Path) -> None:
    (tmp_path / "days").mkdir()
    pq.write_table(pa.table({"id": [1, 2], "n": [1.5, 2.0]}), tmp_path / "days" / "1.parquet")
    pq.write_table(pa.table({"id": ["0003"], "n": [7]}), tmp_path / "days" / "2.parquet")
    found = read("days", tmp_path)
    assert found.table.column("id").to_pylist() == ["1", "2", "0003"]
    assert found.table.column("n").to_pylist() == [1.5, 2.0, 7.0]
    assert found.files == ("days/1.parquet", "days/2.parquet")
    assert found.row.tolist() == [1, 2, 1]


def test_globs_are_sorted_and_folders_hold_only_data(tmp_path: Path) -> None:
    raw.write(tmp_path, {"d/b.csv": "x\n", "d/a.csv.gz": "x\n", "d/README.md": "x", "d/sub/c.tsv": "x\n"})
    assert [f.name for f in find_files("d", tmp_path)] == ["a.csv.gz", "b.csv", "c.tsv"]
    assert [f.name for f in find_files("d/*.csv", tmp_path)] == ["b.csv"]


def test_a_missing_file_names_what_is_there(tmp_path: Path) -> None:
    raw.write(tmp_path, {"data/order.csv": "x\n"})
    with pytest.raises(SourceError, match=r"data/orders\.csv: file not found.*holds: order\.csv"):
        read("data/orders.csv", tmp_path)


def test_a_wrong_encoding_shows_the_line(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "id,n\n1,ok\n2,Jörg\n".encode("cp1252")})
    with pytest.raises(SourceError, match=r"not readable as utf-8-sig.*line 3: b'2,J\\xf6rg'.*Set csv.encoding"):
        read("a.csv", tmp_path)


def test_a_quote_that_is_never_closed_swallows_no_row_in_silence(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": 'id,a,b,c\n1,"x,2,3\n2,x,y,z\n3,x,y,z\n'})
    with pytest.raises(SourceError, match="a quote is opened and swallows 2 lines"):
        read("a.csv", tmp_path)


def test_a_text_of_several_lines_with_commas_is_no_open_quote(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": 'id,text\n1,"Dear team,\nthank you, all,\nbest, Ann"\n'})
    assert len(rows(tmp_path, "a.csv")) == 1


def test_a_file_that_is_no_parquet_is_a_fault(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.parquet": "id,b\n"})
    with pytest.raises(SourceError, match="not readable as Parquet"):
        read("a.parquet", tmp_path)


def test_a_damaged_parquet_file_is_a_fault(tmp_path: Path) -> None:
    """Its footer is whole, so that it is found only while the rows are read."""
    target = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": list(range(5000))}), target)
    content = target.read_bytes()
    target.write_bytes(content[:40] + b"\xff" * 200 + content[240:])
    with pytest.raises(SourceError, match=r"(?s)a\.parquet: not readable as Parquet: .*Export it again"):
        read("a.parquet", tmp_path)


def test_all_files_of_a_folder_are_tried_before_the_faults_are_raised(tmp_path: Path) -> None:
    raw.write(tmp_path, {"d/a.parquet": "x", "d/b.parquet": "y"})
    with pytest.raises(SourceError) as caught:
        read("d", tmp_path)
    assert [fault.file for fault in caught.value.faults] == ["d/a.parquet", "d/b.parquet"]


def test_rows_keep_their_numbers_in_blocks_around_rows_that_do_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.write(tmp_path, {"a.csv": "id,b\n" + "".join(f"{k},x,y\n" if k % 7 == 0 else f"{k},x\n" for k in range(1, 60))})
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 32)
    blocks = list(read_blocks(RawFile(tmp_path / "a.csv", tmp_path)))
    assert len(blocks) == 10
    for block in blocks:
        assert block.table.column("id").to_pylist() == [str(row) for row in block.row]
    ragged = [row for block in blocks for _, row, _ in block.ragged]
    assert ragged == list(range(7, 60, 7))
    whole = read_file(RawFile(tmp_path / "a.csv", tmp_path))
    assert whole.row.tolist() == [row for row in range(1, 60) if row % 7]
    assert [row for _, row, _ in whole.ragged] == ragged


def test_a_file_of_rows_that_do_not_fit_is_counted(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "id,b\n1,2,3\n4,5,6\n"})
    (block,) = read_blocks(RawFile(tmp_path / "a.csv", tmp_path))
    assert (len(block), block.table.num_rows, block.headers[0].names) == (2, 0, ("id", "b"))


def test_parquet_is_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"id": list(range(10))}), tmp_path / "a.parquet")
    monkeypatch.setattr(raw_rows, "BLOCK_ROWS", 4)
    blocks = list(read_blocks(RawFile(tmp_path / "a.parquet", tmp_path)))
    assert [block.row.tolist() for block in blocks] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert blocks[2].table.column("id").to_pylist() == [8, 9]


def test_texts_of_parquet_views_are_texts_also_inside_lists(tmp_path: Path) -> None:
    """Few functions of Arrow take them."""
    found = {
        "id": pa.array(["a", "b"], pa.string_view()),
        "tags": pa.array([["x"], ["y", "z"]], pa.list_(pa.string_view())),
        "more": pa.array([["x"], None], pa.large_list(pa.string_view())),
        "two": pa.array([["x", "y"], ["y", "z"]], pa.list_(pa.string_view(), 2)),
        "keys": pa.array([[("a", "x")], []], pa.map_(pa.string(), pa.string_view())),
        "one": pa.array([{"k": ["x"]}, {"k": []}], pa.struct([("k", pa.large_list(pa.string_view()))])),
    }
    pq.write_table(pa.table(found), tmp_path / "a.parquet")
    table = read_file(RawFile(tmp_path / "a.parquet", tmp_path)).table
    assert not any("view" in str(kind) for kind in table.schema.types)
    assert table.take([1, 0]).to_pylist() == [
        {"id": "b", "tags": ["y", "z"], "more": None, "two": ["y", "z"], "keys": [], "one": {"k": []}},
        {"id": "a", "tags": ["x"], "more": ["x"], "two": ["x", "y"], "keys": [("a", "x")], "one": {"k": ["x"]}},
    ]


def test_files_are_read_in_the_order_of_their_names_without_endings_and_numbers_by_value(tmp_path: Path) -> None:
    names = ["x.csv", "x-2.csv", "x-10.csv.gz", "x_2026_kw01.csv"]
    for name in names:
        (tmp_path / name).write_text("a\n")
    assert [path.name for path in find_files("x*", tmp_path)] == names
    assert [path.name for path in find_files("", tmp_path)] == names


def test_rows_that_end_with_the_delimiter_though_the_header_does_not_are_read(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "a;b\n1;2;\n3;4;\n"})
    assert rows(tmp_path, "a.csv", delimiter=";") == [
        {"a": "1", "b": "2", "column_3": ""},
        {"a": "3", "b": "4", "column_3": ""},
    ]


@pytest.mark.parametrize("row", ["1;2;3", "1;2", "1;2;;", ""])
def test_other_rows_add_no_column(tmp_path: Path, row: str) -> None:
    raw.write(tmp_path, {"a.csv": f"a;b\n{row}\n"})
    assert header_of(RawFile(tmp_path / "a.csv", dialect=Csv(delimiter=";"))) == ["a", "b"]


def test_a_single_row_with_a_delimiter_too_many_adds_no_column(tmp_path: Path) -> None:
    raw.write(tmp_path, {"a.csv": "a;b\n1;2;\n3;4\n5;6\n"})
    assert header_of(RawFile(tmp_path / "a.csv", dialect=Csv(delimiter=";"))) == ["a", "b"]


def test_a_long_text_near_the_beginning_is_read(tmp_path: Path) -> None:
    """A ticket with a mail in it: Python's csv module reads no field of more than 128 KB."""
    text = "x" * 150_000
    raw.write(tmp_path, {"a.csv": f"a,b\n1,{text}\n2,y\n"})
    found = read_file(RawFile(tmp_path / "a.csv", tmp_path))
    assert found.table.to_pylist() == [{"a": "1", "b": text}, {"a": "2", "b": "y"}]
