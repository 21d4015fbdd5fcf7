"""JSON records: they leave out the fields that they do not have, and hold objects where others hold values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import raw
from bleib.errors import DataError

SOURCE: dict[str, Any] = {**raw.ORDERS, "files": "d", "columns": {**raw.ORDERS["columns"], "topic": "topic"}}
NO_TOPIC = {"topic": None}


def record(day: int, **fields: Any) -> dict[str, Any]:
    """An order of March 2024; a field that is None is left out."""
    found = {"id": f"B{day}", "customer": f"C{day % 3}", "date": f"2024-03-{day:02d}", "amount": day, "topic": "tea"}
    return {name: value for name, value in {**found, **fields}.items() if value is not None}


def days(first: int, end: int, **fields: Any) -> str:
    return "".join(json.dumps(record(day, **fields)) + "\n" for day in range(first, end))


def take_in(folder: Path, files: dict[str, str | bytes], **changes: Any) -> raw.Result:
    return raw.take_in(folder, {f"d/{name}": text for name, text in files.items()}, [{**SOURCE, **changes}])


def refused(folder: Path, files: dict[str, str | bytes], **changes: Any) -> str:
    with pytest.raises(DataError) as caught:
        take_in(folder, files, **changes)
    return str(caught.value)


def test_a_field_that_one_file_leaves_out_is_empty_there(tmp_path: Path) -> None:
    found = take_in(tmp_path, {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29, **NO_TOPIC)})
    orders = found.tables["interactions"].sort_values("occurred_at")
    assert orders["topic"].fillna("none").tolist() == ["tea"] * 14 + ["none"] * 14
    assert found.report["totals"] == {"rows_in": 28, "rows_out": 28, "quarantined": 0, "filtered": 0, "merged": 0}


def test_a_field_comes_with_a_later_delivery(tmp_path: Path) -> None:
    """What was kept of the first file does not remember that its field was nowhere else."""
    raw.write(tmp_path, {"d/1.jsonl": days(1, 15, **NO_TOPIC)})
    with pytest.raises(DataError, match="column topic: in no record"):
        raw.run(raw.settings([SOURCE]), tmp_path, tmp_path / "kept")
    raw.write(tmp_path, {"d/2.jsonl": days(15, 29)})
    assert raw.run(raw.settings([SOURCE]), tmp_path, tmp_path / "kept").report["totals"]["rows_out"] == 28


def test_a_field_that_no_file_has_is_one_fault_with_the_fields_there_are(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29)}
    told = refused(tmp_path, files, columns={**SOURCE["columns"], "topic": "topics"})
    assert told.split("\n")[1:] == [
        "  - d/1.jsonl, d/2.jsonl, column topics: in no record (expected a field topics in at least one record). "
        "Did you mean topic? Known: id, customer, date, amount, topic. If the name is right and none is filled yet, "
        "say so with `may_be_absent: [topics]`."
    ]


def test_a_field_that_may_be_absent_is_empty_where_no_file_has_it(tmp_path: Path) -> None:
    found = take_in(tmp_path, {"1.jsonl": days(1, 29, **NO_TOPIC)}, may_be_absent=["topic"])
    assert found.tables["interactions"]["topic"].isna().sum() == 28


def test_a_column_that_may_be_absent_is_empty_in_the_older_csv_files_that_lack_it(tmp_path: Path) -> None:
    newer = "id,customer,date,amount,topic\n90,C1,2024-03-09,1,tea\n"
    files: dict[str, str | bytes] = {"1.csv": raw.GOOD, "2.csv": newer}
    assert "d/1.csv, column topic: column not found" in refused(tmp_path, files)
    found = take_in(tmp_path, files, may_be_absent=["topic"])
    assert found.tables["interactions"]["topic"].notna().sum() == 1
    assert len(found.tables["interactions"]) == 29


def test_a_table_of_a_single_column_is_not_one_with_a_wrong_delimiter_if_the_others_may_be_absent(
    tmp_path: Path,
) -> None:
    names = {"customer_id": "id", "display_name": "name"}
    customers = {"table": "customers", "files": "c.csv", "columns": names, "may_be_absent": ["name"]}
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "c.csv": "id\nC0\nC1\n"}
    assert len(raw.take_in(tmp_path, files, [raw.ORDERS, customers]).tables["customers"]) == 2


@pytest.mark.parametrize("allowed", [[], ["date"]])
def test_a_field_that_no_row_can_do_without_must_be_in_every_file(tmp_path: Path, allowed: list[str]) -> None:
    files: dict[str, str | bytes] = {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29, date=None)}
    told = refused(tmp_path, files, may_be_absent=allowed)
    assert "d/2.jsonl, column date: column not found" in told
    assert "1.jsonl" not in told


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": {"column": "topic", "values": {"tea": "order"}}, "constants": {}},
        {"changed_at": "topic"},
        {"table": "loyalty", "constants": {"kind": "earned"}, "products": {"points": ["topic"]}},
    ],
)
def test_a_field_that_gives_what_no_row_can_do_without_must_be_in_every_file(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    names = {"movement_id": "id"} if "table" in changes else {"event_id": "id"}
    columns = {**names, "customer_id": "customer", "occurred_at": "date"}
    files: dict[str, str | bytes] = {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29, **NO_TOPIC)}
    assert "d/2.jsonl, column topic: column not found" in refused(tmp_path, files, columns=columns, **changes)


def test_a_kind_with_another_word_for_all_others_may_be_left_out(tmp_path: Path) -> None:
    kind = {"column": "topic", "values": {"tea": "order"}, "other": "visit"}
    files: dict[str, str | bytes] = {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29, **NO_TOPIC)}
    found = take_in(tmp_path, files, columns=raw.ORDERS["columns"], kind=kind, constants={})
    assert found.tables["interactions"]["kind"].value_counts().to_dict() == {"order": 14, "visit": 14}


def test_a_condition_on_a_field_that_is_left_out_finds_it_empty(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29, **NO_TOPIC)}
    found = take_in(tmp_path, files, columns=raw.ORDERS["columns"], where=[{"column": "topic", "filled": False}])
    assert (found.report["totals"]["rows_out"], found.report["totals"]["filtered"]) == (14, 14)


@pytest.mark.parametrize("empty", ["[]", "", "\n"])
def test_a_day_on_which_nothing_came_in_is_no_fault(tmp_path: Path, empty: str) -> None:
    found = take_in(tmp_path, {"1.json": days(1, 29), "2.json": empty})
    assert found.report["totals"]["rows_out"] == 28
    assert found.report["sources"][0]["files"] == ["d/1.json", "d/2.json"]


def test_lines_that_are_no_records_are_counted_beside_files_with_records(tmp_path: Path) -> None:
    found = take_in(tmp_path, {"1.jsonl": days(1, 29), "2.jsonl": "Summe: 28\n"})
    assert found.report["sources"][0]["quarantined_by_reason"] == {"wrong_columns": 1}


def test_a_file_without_any_record_lacks_every_field(tmp_path: Path) -> None:
    told = refused(tmp_path, {"1.jsonl": "Summe: 28\n"})
    assert "d/1.jsonl, column date: in no record" in told


def test_records_of_a_single_field_are_not_told_to_have_a_wrong_delimiter(tmp_path: Path) -> None:
    told = refused(tmp_path, {"1.jsonl": '{"id": 1}\n{"id": 2}\n'})
    assert "delimiter" not in told
    assert "d/1.jsonl, column date: column not found" in told


def test_equal_records_are_one_delivery_where_one_file_leaves_a_field_out(tmp_path: Path) -> None:
    columns = {"customer_id": "customer", "occurred_at": "date", "topic": "topic"}
    full, bare = days(28, 29), days(7, 8, **NO_TOPIC)
    files: dict[str, str | bytes] = {"1.jsonl": days(1, 29, **NO_TOPIC), "2.jsonl": full + bare, "3.jsonl": bare + bare}
    found = take_in(tmp_path, files, columns=columns, duplicates="drop")
    assert found.report["totals"]["rows_out"] == 29
    assert found.report["sources"][0]["quarantined_by_reason"] == {"duplicate_delivery": 3}


AMOUNT = {"value": 9, "currency": "EUR"}


def test_an_object_where_a_value_is_mapped_sends_its_row_to_quarantine(tmp_path: Path) -> None:
    """Read as an empty amount it would be lost without a word."""
    found = take_in(tmp_path, {"1.jsonl": days(1, 28) + days(28, 29, amount=AMOUNT)})
    assert raw.reasons(found) == [(28, "amount", "other_form")]
    (fault,) = found.report["sources"][0]["faults"]
    assert (fault["column"], fault["examples"]) == ("amount", ["row 28"])


def test_a_value_where_the_field_of_an_object_is_mapped_sends_its_row_to_quarantine(tmp_path: Path) -> None:
    lines = days(1, 27, amount=AMOUNT) + days(27, 28, amount=12.5) + days(28, 29, amount=None)
    found = take_in(tmp_path, {"1.jsonl": lines}, columns={**SOURCE["columns"], "amount": "amount.value"})
    assert raw.reasons(found) == [(27, "amount", "other_form")]
    assert found.tables["interactions"]["amount"].isna().sum() == 1


def test_another_form_in_a_whole_file_is_not_taken_for_a_field_that_is_left_out(tmp_path: Path) -> None:
    objects, values = days(1, 15, amount=AMOUNT), days(15, 29)
    told = refused(tmp_path, {"1.jsonl": objects, "2.jsonl": values})
    assert "d/1.jsonl, column amount: column not found" in told
    assert "amount.value" in told
    other = refused(
        tmp_path, {"1.jsonl": objects, "2.jsonl": values}, columns={**SOURCE["columns"], "amount": "amount.value"}
    )
    assert "50.0% of the rows are bad: other_form 14" in other


def test_an_empty_object_is_no_value(tmp_path: Path) -> None:
    found = take_in(tmp_path, {"1.jsonl": days(1, 15), "2.jsonl": days(15, 29, topic={}, amount={})})
    assert found.tables["interactions"]["topic"].notna().sum() == 14


@pytest.mark.parametrize("nothing", ["", " ", [], False, "NULL"])
def test_what_programs_write_in_the_place_of_an_object_that_is_not_there_is_no_value(
    tmp_path: Path, nothing: Any
) -> None:
    """PHP writes [] for an object without fields."""
    columns = {**SOURCE["columns"], "amount": "amount.value"}
    lines = days(1, 15, amount=AMOUNT) + days(15, 27, amount=nothing) + days(27, 29, amount="none")
    found = take_in(tmp_path, {"1.jsonl": lines}, columns=columns)
    assert raw.reasons(found) == [(27, "amount", "other_form"), (28, "amount", "other_form")]
    assert found.tables["interactions"]["amount"].notna().sum() == 14


def test_an_object_whose_fields_are_empty_in_the_place_of_a_value_is_no_value(tmp_path: Path) -> None:
    lines = days(1, 28) + days(28, 29, amount={"value": "", "currency": []})
    assert raw.reasons(take_in(tmp_path, {"1.jsonl": lines})) == []


def test_an_object_that_is_null_in_a_whole_file_is_a_field_that_is_left_out(tmp_path: Path) -> None:
    lines = days(1, 15, amount=AMOUNT), days(15, 29).replace('"amount": ', '"amount": null, "x": ')
    columns = {**SOURCE["columns"], "amount": "amount.value"}
    found = take_in(tmp_path, {"1.jsonl": lines[0], "2.jsonl": lines[1]}, columns=columns)
    assert found.tables["interactions"]["amount"].notna().sum() == 14


def test_a_column_of_a_table_may_be_called_like_the_field_of_an_object(tmp_path: Path) -> None:
    columns = {**raw.ORDERS["columns"], "quantity": "amount.net"}
    found = take_in(tmp_path, {"1.csv": raw.GOOD}, columns=columns, may_be_absent=["amount.net"])
    assert (found.report["totals"]["rows_out"], found.report["totals"]["quarantined"]) == (28, 0)


def test_a_field_may_be_called_like_that_of_an_object_beside_it(tmp_path: Path) -> None:
    beside = {"amount.net": 1, "amount_tax": 2}
    lines = days(1, 27, **beside) + days(27, 28, amount=None, amount_tax=2) + days(28, 29, amount=AMOUNT)
    assert raw.reasons(take_in(tmp_path, {"1.jsonl": lines})) == [(28, "amount", "other_form")]
    columns = {**SOURCE["columns"], "quantity": "amount.net"}
    plain = take_in(tmp_path / "plain", {"1.jsonl": days(1, 29, **beside)}, columns=columns)
    assert plain.tables["interactions"]["quantity"].tolist() == [1.0] * 28


def warned(found: raw.Result) -> list[str]:
    return [f"{one['file']}, {one['column']}: {one['reason']}" for one in found.report["warnings"]]


def test_a_field_that_the_newest_files_leave_out_longer_than_ever_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be called otherwise now, and nobody would miss it."""
    files: dict[str, str | bytes] = {
        "1.jsonl": days(1, 11),
        "2.jsonl": days(11, 21, **NO_TOPIC),
        "3.jsonl": days(21, 26),
    }
    short = take_in(tmp_path / "short", {**files, "4.jsonl": days(26, 28, **NO_TOPIC), "5.jsonl": "[]"})
    assert warned(short) == []
    long = take_in(tmp_path / "long", {**files, **{f"{k}.jsonl": days(22 + k, 23 + k, **NO_TOPIC) for k in (4, 5)}})
    assert warned(long) == [
        "d/5.jsonl, topic: left out by the newest 2 files, where it is read as empty; before, by 1 in a row at most"
    ]
    assert "ingest: d/5.jsonl, column topic: left out by the newest 2 files" in capsys.readouterr().out


def test_a_field_that_came_late_or_never_is_not_missed(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "1.jsonl": days(1, 11, **NO_TOPIC),
        "2.jsonl": days(11, 21),
        "3.jsonl": days(21, 29, **NO_TOPIC),
    }
    columns = {**SOURCE["columns"], "channel": "channel"}
    assert warned(take_in(tmp_path, files, columns=columns, may_be_absent=["channel"])) == []
