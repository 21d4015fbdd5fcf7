from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import raw
from bleib.settings import Source
from bleib.sources.faults import SourceError
from bleib.sources.merges import read_merges, resolve

CUSTOMERS: dict[str, Any] = {
    "table": "customers",
    "files": "c.csv",
    "columns": {"customer_id": "id", "display_name": "name", "signed_up_at": "since"},
}
MERGE: dict[str, Any] = {"table": "merges", "files": "m.csv", "columns": {"old": "old", "new": "new"}}


def test_chains_end_at_the_surviving_id() -> None:
    assert resolve({"a": "b", "b": "c", "c": "d", "x": "c"}) == {"a": "d", "b": "d", "c": "d", "x": "d"}


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ({"a": "b", "b": "a"}, r"\(2 rows; for example a → b → a; "),
        ({"x": "a", "a": "b", "b": "c", "c": "a"}, r"\(3 rows; for example a → b → c → a; "),
    ],
)
def test_circles_are_refused(pairs: dict[str, str], told: str) -> None:
    with pytest.raises(SourceError, match=f"merged in a circle {told}"):
        resolve(pairs)


def test_an_id_merged_into_two_is_refused(tmp_path: Path) -> None:
    raw.write(tmp_path, {"m.csv": "old,new\n1,2\n1,3\n"})
    with pytest.raises(SourceError, match=r"m.csv, column old: .* two different ones \(1 row; for example 1 → 3 and 2"):
        read_merges([Source(**MERGE)], tmp_path)


def test_ids_that_a_spreadsheet_has_rounded_are_refused(tmp_path: Path) -> None:
    raw.write(tmp_path, {"m.csv": "old,new\n1.23457E+15,2\n4,5\n"})
    with pytest.raises(SourceError, match=r"m\.csv, column old: ids stored .* \(1 row; for example 1\.23457E\+15"):
        read_merges([Source(**MERGE)], tmp_path)


def test_a_week_in_which_nobody_was_merged_is_an_empty_json_file(tmp_path: Path) -> None:
    raw.write(tmp_path, {"m.json": "[]"})
    assert read_merges([Source(**{**MERGE, "files": "m.json"})], tmp_path) == {}


def test_the_same_line_twice_and_an_id_merged_into_itself_are_harmless(tmp_path: Path) -> None:
    raw.write(tmp_path, {"m.csv": "old,new\n1,2\n1,2\n2,2\n"})
    assert read_merges([Source(**MERGE)], tmp_path) == {"1": "2"}


def test_a_line_that_lacks_one_of_its_ids_merges_nobody(tmp_path: Path) -> None:
    raw.write(tmp_path, {"m.csv": "old,new\n1,2\n3,\n,4\n"})
    assert read_merges([Source(**MERGE)], tmp_path) == {"1": "2"}


def test_a_missing_column_names_the_one_that_was_meant(tmp_path: Path) -> None:
    raw.write(tmp_path, {"m.csv": "old_id,new\n1,2\n"})
    with pytest.raises(SourceError, match=r"column old: column not found.*Known: old_id, new"):
        read_merges([Source(**MERGE)], tmp_path)


def test_events_of_merged_customers_belong_to_the_survivor(tmp_path: Path) -> None:
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "m.csv": "old,new\nC0,C1\nC1,C2\n"}, [raw.ORDERS, MERGE])
    assert found.tables["interactions"]["customer_id"].unique().tolist() == ["C2"]
    assert found.report["merged_customer_ids"] == 2


def test_a_merged_customer_keeps_the_survivors_row_and_the_earliest_sign_up(tmp_path: Path) -> None:
    customers = "id,name,since\nA,Old,2019-05-01\nB,Newer,2021-05-01\nC,Other,2022-05-01\n"
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "c.csv": customers, "m.csv": "old,new\nA,B\n"}
    found = raw.take_in(tmp_path, files, [raw.ORDERS, CUSTOMERS, MERGE])
    rows = found.tables["customers"][["customer_id", "display_name", "signed_up_at"]].astype(str).to_numpy().tolist()
    assert rows == [["B", "Newer", "2019-05-01 00:00:00+00:00"], ["C", "Other", "2022-05-01 00:00:00+00:00"]]
    assert found.report["sources"][1]["merged"] == 1
