"""Every reason for quarantine and every fatal fault, with the rows that cause it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import raw
from bleib.cohort.contract import ContractChurn
from bleib.errors import DataError, SettingsError
from bleib.settings import Churn

TICKETS: dict[str, Any] = {
    "table": "tickets",
    "files": "tickets.csv",
    "columns": {"ticket_id": "id", "customer_id": "customer", "opened_at": "opened", "resolved_at": "resolved"},
}


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",C1,2024-03-05,1\n", "event_id", "missing_id"),
        ("x,,2024-03-05,1\n", "customer_id", "missing_id"),
        ("x,C1,,1\n", "occurred_at", "missing_value"),
        ("x,C1,05.03.2024,1\n", "occurred_at", "unreadable_time"),
        ('x,C1,2024-03-05,"1,5"\n', "amount", "unreadable_number"),
        ("x,C1,2034-03-05,1\n", "occurred_at", "event_in_future"),
        ("x,C1,1924-03-05,1\n", "occurred_at", "too_early"),
        ("x,C1,2024-03-05,1,1\n", "", "wrong_columns"),
        ("28,C1,2024-03-28 10:00,28.5\n", "", "duplicate_delivery"),
        ("28,C1,2024-03-28 10:00,99\n", "event_id", "conflicting_id"),
    ],
)
def test_a_bad_row_goes_to_quarantine_with_its_reason(tmp_path: Path, line: str, column: str, reason: str) -> None:
    found = raw.orders(tmp_path, line)
    ((row, where, why),) = raw.reasons(found)
    assert (where, why) == (column, reason)
    assert row in {28, 29}  # of two rows with one id either may be the one that is kept
    assert len(found.tables["interactions"]) == 28
    assert found.report["totals"] == {"rows_in": 29, "rows_out": 28, "quarantined": 1, "filtered": 0, "merged": 0}


def test_an_empty_optional_value_is_no_fault(tmp_path: Path) -> None:
    found = raw.orders(tmp_path, "x,C1,2024-03-05,\n")
    assert raw.reasons(found) == []
    assert found.tables["interactions"]["amount"].isna().sum() == 1


def test_the_raw_row_is_kept_as_it_came(tmp_path: Path) -> None:
    found = raw.orders(tmp_path, "Ä-007,,2024-03-05,1\n")
    content = found.quarantine["content"].iloc[0]
    assert content == '{"id": "Ä-007", "customer": "", "date": "2024-03-05", "amount": "1"}'
    assert found.quarantine["file"].tolist() == ["orders.csv"]


def test_a_row_with_two_faults_is_quarantined_once_and_both_are_told(tmp_path: Path) -> None:
    found = raw.orders(tmp_path, "x,,never,1\n")
    assert len(found.quarantine) == 1
    told = [(fault["column"], fault["rows"]) for fault in found.report["sources"][0]["faults"]]
    assert told == [("date", 1), ("customer", 1)]


def test_a_fault_says_file_column_count_examples_expectation_and_remedy(tmp_path: Path) -> None:
    found = raw.orders(tmp_path, "".join(f"x{k},C1,3.{k}.2024,1\n" for k in range(1, 6)))
    (fault,) = found.report["sources"][0]["faults"]
    assert (fault["file"], fault["column"], fault["rows"]) == ("orders.csv", "date", 5)
    assert fault["examples"] == ["'3.1.2024' (row 29)", "'3.2.2024' (row 30)", "'3.3.2024' (row 31)"]
    assert "ISO 8601" in fault["expected"]
    assert "day_first" in fault["remedy"]
    assert "| orders.csv | date | times that cannot be read | 5 | '3.1.2024' (row 29)" in found.page


def test_a_kind_that_the_mapping_does_not_name(tmp_path: Path) -> None:
    head = "id,customer,date,amount,what\n"
    lines = (
        "".join(f"{k},C1,2024-03-0{k},1,Kauf\n" for k in range(1, 4)) + "4,C1,2024-03-04,1,Tausch\n5,C1,2024-03-05,1,\n"
    )
    kind = {"column": "what", "values": {"Kauf": "order"}}
    found = raw.orders(tmp_path, lines, head, kind=kind, constants={})
    assert raw.reasons(found) == [(4, "kind", "unknown_kind"), (5, "kind", "missing_value")]
    other = raw.orders(tmp_path, lines, head, kind={**kind, "other": "misc"}, constants={})
    assert other.tables["interactions"]["kind"].tolist() == ["order", "order", "order", "misc", "misc"]


def test_end_before_start_and_an_end_given_as_a_day_only(tmp_path: Path) -> None:
    tickets = (
        "id,customer,opened,resolved\n"
        "1,C1,2024-03-05 14:00,2024-03-05\n"
        "2,C1,2024-03-05 14:00,2024-03-05 13:59\n"
        "3,C1,2024-03-05 14:00,2024-03-04\n"
    )
    found = raw.take_in(
        tmp_path,
        {"orders.csv": raw.GOOD, "tickets.csv": tickets},
        [raw.ORDERS, TICKETS],
        "Europe/Berlin",
        max_bad_share=0.9,
    )
    assert raw.reasons(found) == [(2, "resolved_at", "end_before_start"), (3, "resolved_at", "end_before_start")]
    kept = found.tables["tickets"].iloc[0]
    assert str(kept["resolved_at"]) == str(kept["opened_at"]) == "2024-03-05 13:00:00+00:00"


def test_customers_who_are_not_known_are_told_and_left_out_only_if_asked(tmp_path: Path) -> None:
    customers = {"table": "customers", "files": "c.csv", "columns": {"customer_id": "id"}}
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "c.csv": "id\nC0\nC1\n"}
    told = raw.take_in(tmp_path, files, [raw.ORDERS, customers])
    assert len(told.tables["interactions"]) == 28
    assert told.report["observations"][0]["rows"] == 9
    strict = raw.take_in(tmp_path, files, [raw.ORDERS, customers], require_known_customer=True, max_bad_share=0.5)
    assert {reason for _, _, reason in raw.reasons(strict)} == {"unknown_customer"}
    assert len(strict.tables["interactions"]) == 19


@pytest.mark.parametrize(
    ("table", "columns", "line", "column", "reason"),
    [
        (
            "surveys",
            {"survey_id": "a", "answered_at": "b", "score": "c"},
            "1,2024-03-05,11",
            "score",
            "impossible_value",
        ),
        ("surveys", {"survey_id": "a", "answered_at": "b", "score": "c"}, "1,,9", "answered_at", "missing_value"),
        (
            "contacts",
            {"contact_id": "a", "contacted_at": "b", "propensity": "c"},
            "1,2024-03-05,1.2",
            "propensity",
            "impossible_value",
        ),
        (
            "contacts",
            {"contact_id": "a", "contacted_at": "b", "arm": "c"},
            "1,2024-03-05,control",
            "arm",
            "impossible_value",
        ),
        (
            "loyalty",
            {"movement_id": "a", "occurred_at": "b", "points": "d", "kind": "c"},
            "1,2024-03-05,won",
            "kind",
            "unknown_kind",
        ),
        (
            "contracts",
            {"contract_id": "a", "started_at": "b", "auto_renew": "c"},
            "1,2024-03-05,maybe",
            "auto_renew",
            "unreadable_bool",
        ),
        (
            "contracts",
            {"contract_id": "a", "started_at": "b", "monthly_fee": "c"},
            "1,2024-03-05,-1",
            "monthly_fee",
            "impossible_value",
        ),
    ],
)
def test_values_outside_their_range(
    tmp_path: Path, table: str, columns: dict[str, str], line: str, column: str, reason: str
) -> None:
    constants = {"surveys": {"kind": "nps"}}.get(table, {})
    source = {"table": table, "files": "x.csv", "columns": {**columns, "customer_id": "d"}, "constants": constants}
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "x.csv": f"a,b,c,d\n{line},7\n"}
    found = raw.take_in(tmp_path, files, [raw.ORDERS, source], max_bad_share=1)
    assert raw.reasons(found) == [(1, column, reason)]


def fatal(folder: Path, files: dict[str, str | bytes], sources: list[dict[str, Any]], **limits: Any) -> str:
    with pytest.raises(DataError) as caught:
        raw.take_in(folder, files, sources, **limits)
    return str(caught.value)


def test_a_missing_column_names_the_one_that_was_meant(tmp_path: Path) -> None:
    text = fatal(tmp_path, {"orders.csv": raw.GOOD.replace("customer", "Customers")}, [raw.ORDERS])
    assert "orders.csv, column customer: column not found" in text
    assert "Did you mean Customers? Known: id, Customers, date, amount." in text


def test_a_wrong_delimiter_is_recognised(tmp_path: Path) -> None:
    text = fatal(tmp_path, {"orders.csv": raw.GOOD.replace(",", ";")}, [raw.ORDERS])
    assert "one column found: 'id;customer;date;amount'" in text
    assert "Set csv: {delimiter: ';'}" in text


@pytest.mark.parametrize("content", ["", raw.HEAD])
def test_an_empty_file_stops_the_stage(tmp_path: Path, content: str) -> None:
    assert "orders.csv: empty: no rows" in fatal(tmp_path, {"orders.csv": content}, [raw.ORDERS])


def test_too_many_bad_rows_stop_the_stage_and_each_fault_is_told(tmp_path: Path) -> None:
    text = fatal(tmp_path, {"orders.csv": raw.GOOD + "x,,2024-03-05,1\n" * 5 + "x,C1,never,1\n" * 5}, [raw.ORDERS])
    assert "26.3% of the rows are bad: missing_id 5, unreadable_time 5 (38 rows; expected at most 20%" in text
    assert "orders.csv, column customer: rows without an id (5 rows; for example '' (row 29)" in text
    assert "orders.csv, column date: times that cannot be read (5 rows; for example 'never' (row 34)" in text


def test_duplicates_and_rows_of_the_future_are_not_held_against_the_source(tmp_path: Path) -> None:
    again = raw.GOOD.removeprefix(raw.HEAD)
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD + again}, [raw.ORDERS])
    assert found.report["sources"][0]["quarantined_by_reason"] == {"duplicate_delivery": 28}


def test_milliseconds_that_are_read_as_seconds_stop_the_stage(tmp_path: Path) -> None:
    rows = "".join(f"{k},C{k % 3},{1_709_251_200_000 + k},1\n" for k in range(1, 29))
    text = fatal(tmp_path, {"orders.csv": raw.HEAD + rows}, [{**raw.ORDERS, "date_format": "epoch_s"}])
    assert "orders.csv, column date: dates in the wrong century (28 rows" in text
    assert "Set date_format" in text


@pytest.mark.parametrize("year", ["1924", "0024", "2124"])
def test_dates_of_another_century_stop_the_stage(tmp_path: Path, year: str) -> None:
    text = fatal(tmp_path, {"orders.csv": raw.GOOD.replace("2024-", f"{year}-")}, [raw.ORDERS])
    assert "orders.csv, column date: dates in the wrong century (28 rows" in text


def test_all_faults_of_all_sources_are_raised_at_once(tmp_path: Path) -> None:
    sources = [
        {**raw.ORDERS, "files": "gone.csv"},
        {**raw.ORDERS, "columns": {"customer_id": "kunde", "occured_at": "date"}},
        {**TICKETS, "url": "sqlite://", "query": "select gone", "files": None},
    ]
    sources.append({"table": "merges", "files": "m.csv", "columns": {"old": "a", "new": "b"}})
    text = fatal(tmp_path, {"orders.csv": raw.GOOD, "m.csv": "a,b\n1,2\n2,1\n"}, sources)
    assert "6 faults stop the stage; nothing was written" in text
    assert "gone.csv: file not found" in text
    assert (
        "unknown canonical column occured_at (expected columns of the table interactions). Did you mean occurred_at?"
        in text
    )
    assert "canonical column occurred_at is not mapped" in text
    assert "column kunde: column not found" in text
    assert "no such column: gone" in text
    assert "ids merged in a circle" in text


def test_a_column_missing_in_one_of_many_files_is_a_fault_of_that_file(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"d/1.csv": raw.GOOD, "d/2.csv": raw.GOOD.replace("amount", "total")}
    text = fatal(tmp_path, files, [{**raw.ORDERS, "files": "d"}])
    assert "d/2.csv, column amount: column not found" in text
    assert "d/1.csv" not in text


def test_events_are_needed(tmp_path: Path) -> None:
    text = fatal(tmp_path, {"tickets.csv": "id,customer,opened,resolved\n1,2,2024-01-01,\n"}, [TICKETS])
    assert "no source of the table interactions" in text


def test_filters_that_leave_nothing_are_told(tmp_path: Path) -> None:
    source = {**raw.ORDERS, "where": [{"column": "id", "equals": "none"}]}
    assert "no interaction is left after filters" in fatal(tmp_path, {"orders.csv": raw.GOOD}, [source])


def test_ids_that_a_float_has_rounded_stop_the_stage(tmp_path: Path) -> None:
    table = pa.table(
        {"id": ["1", "2"], "customer": [9007199254740994.0, 5.0], "date": ["2024-03-01"] * 2, "amount": [1, 2]}
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    text = fatal(tmp_path, {}, [{**raw.ORDERS, "files": "orders.parquet"}])
    assert "column customer: ids stored as floating point numbers beyond 2^53" in text
    assert "9007199254740994" in text


def test_a_name_that_stands_twice_in_the_header_cannot_be_mapped(tmp_path: Path) -> None:
    content = "id,customer,date,amount,amount\n1,C1,2024-03-01,1,2\n"
    assert "column amount: column name stands twice" in fatal(tmp_path, {"orders.csv": content}, [raw.ORDERS])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"time_zone": "Europe/Berln"}, "sources.0.time_zone: .*did you mean Europe/Berlin"),
        ({"date_format": "%d.%Q"}, "sources.0.date_format: .*no strptime format"),
        ({"date_format": "DD.MM.YYYY"}, "sources.0.date_format: .*a strptime format such as"),
        ({"csv": {"delimiter": ";;"}}, "sources.0.csv.delimiter: .*at most 1 character"),
        ({"url": "sqlite://"}, "sources.0: .*give either files: or url:"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_before_anything_is_read(change: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingsError, match=text):
        raw.settings([{**raw.ORDERS, **change}])


CONTRACTS: dict[str, Any] = {
    "table": "contracts",
    "files": "v.csv",
    "columns": {"contract_id": "nr", "customer_id": "kd", "started_at": "from"},
}


def contracts_of(*customers: str) -> str:
    return "nr,kd,from\n" + "".join(f"{k},{name},2024-03-01\n" for k, name in enumerate(customers))


@pytest.mark.parametrize("beside", [[], [{"table": "customers", "files": "c.csv", "columns": {"customer_id": "id"}}]])
def test_a_table_whose_customers_nobody_knows_stops_the_stage(tmp_path: Path, beside: list[dict[str, Any]]) -> None:
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD,
        "c.csv": "id\nC0\nC1\nC2\n",
        "v.csv": contracts_of("0", "1", "C2"),
    }
    text = fatal(tmp_path, files, [raw.ORDERS, CONTRACTS, *beside], max_unknown_customers=0.5)
    assert "v.csv, column kd: 66.7% of the rows of the table contracts belong to customers whom no other" in text
    assert "(2 rows; for example '0', '1'; expected ids as in the other tables, such as 'C0', 'C1', 'C2'" in text
    found = raw.take_in(tmp_path, files, [raw.ORDERS, CONTRACTS, *beside], max_unknown_customers=0.7)
    assert len(found.tables["contracts"]) == 3


def test_half_of_the_customers_unknown_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "v.csv": contracts_of("0", "1", "C1", "C2")}
    found = raw.take_in(tmp_path, files, [raw.ORDERS, CONTRACTS], max_unknown_customers=0.5)
    assert len(found.tables["contracts"]) == 4
    assert capsys.readouterr().out == (
        "ingest: v.csv, column kd: 50.0% of the rows of the table contracts belong to customers whom no other table "
        "knows, for example 0, 1\n"
    )


def test_a_contract_that_was_given_up_before_it_began_keeps_that_state_and_is_told(tmp_path: Path) -> None:
    """Set aside, it would leave the state before: a contract that runs for ever."""
    columns = {**CONTRACTS["columns"], "valid_from": "valid", "cancelled_at": "notice", "ended_at": "end"}
    rows = (
        "nr,kd,from,valid,notice,end\n"
        "1,C1,2024-03-05,2024-02-20,,\n"
        "1,C1,2024-03-05,2024-03-01,2024-03-01,2024-03-04\n"
        "2,C2,2024-03-05,2024-03-05,2024-03-05,2024-03-31\n"
    )
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "v.csv": rows}
    found = raw.take_in(tmp_path, files, [raw.ORDERS, {**CONTRACTS, "columns": columns}])
    assert raw.reasons(found) == []
    assert found.tables["contracts"]["cancelled_at"].notna().tolist() == [False, True, True]
    assert "33.3% of the rows are of contracts that were over before they began | 1 | C1 on 2024-03-01 |" in found.page


def test_a_raw_column_that_is_mapped_twice_is_told_once(tmp_path: Path) -> None:
    columns = {"invoice_id": "nr", "customer_id": "kd", "issued_at": "d", "known_at": "d", "due_at": "due"}
    source = {"table": "payments", "files": "p.csv", "columns": columns}
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD,
        "p.csv": "nr,kd,d,due\n1,C1,never,2024-03-09\n2,C1,2024-03-05,2024-03-09\n",
    }
    found = raw.take_in(tmp_path, files, [raw.ORDERS, source], max_bad_share=0.9)
    assert [(fault["column"], fault["rows"]) for fault in found.report["sources"][1]["faults"]] == [("d", 1)]
    assert "| p.csv | d | times that cannot be read | 1 |" in found.page


def test_ids_that_a_spreadsheet_has_rounded_stop_the_stage(tmp_path: Path) -> None:
    orders = raw.HEAD + "1,4E+15,2024-03-01,1\n2,4711,2024-03-02,1\n"
    text = fatal(tmp_path, {"orders.csv": orders}, [raw.ORDERS])
    assert (
        "orders.csv, column customer: ids stored as floating point numbers beyond 2^53, or written as 1,23E+15" in text
    )
    assert "1 row; for example 4E+15" in text


def test_ids_that_have_lost_their_leading_zeros_are_recognised(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD.replace(",C", ",000"),
        "t.csv": "id,c,o\n" + "".join(f"{k},{k % 3},2024-03-{k:02d}\n" for k in range(1, 29)),
    }
    columns = {"ticket_id": "id", "customer_id": "c", "opened_at": "o"}
    source = {"table": "tickets", "files": "t.csv", "columns": columns}
    with pytest.raises(DataError) as stop:
        raw.take_in(tmp_path, files, [raw.ORDERS, source], max_unknown_customers=0.5)
    assert "Their leading zeros are lost: export the column as text" in str(stop.value)
    files["t.csv"] = str(files["t.csv"]).replace(",2,", ",B2,")
    with pytest.raises(DataError) as stop:
        raw.take_in(tmp_path, files, [raw.ORDERS, source], max_unknown_customers=0.5)
    assert "leading zeros" not in str(stop.value)


def test_ids_with_leading_zeros_that_all_tables_know_are_no_fault(tmp_path: Path) -> None:
    """As in the README's example of a shop."""
    rows = "".join(f"{k},{k % 3:04d},2024-03-{k:02d},1\n" for k in range(1, 29))
    customers = {"table": "customers", "files": "customers.csv", "columns": {"customer_id": "c"}}
    files: dict[str, str | bytes] = {"orders.csv": raw.HEAD + rows, "customers.csv": "c\n0000\n0001\n0002\n"}
    assert len(raw.take_in(tmp_path, files, [raw.ORDERS, customers]).tables["interactions"]) == 28


@pytest.mark.parametrize("how", [{}, {"changed_at": "seen"}, {"valid_from": "seen"}])
def test_a_contract_that_is_given_up_before_its_begin_does_not_run_on_by_what_was_delivered_before(
    tmp_path: Path, how: dict[str, str]
) -> None:
    """Delivered anew, as states of one contract, and as its history."""
    columns = {**CONTRACTS["columns"], "cancelled_at": "notice"}
    columns |= {name: raw_name for name, raw_name in how.items() if name == "valid_from"}
    source = {**CONTRACTS, "files": "v", "columns": columns, "changed_at": how.get("changed_at")}
    head = "nr,kd,from,notice,seen\n"
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD,
        "v/1.csv": head + "1,C1,2024-03-20,,2024-03-01\n2,C2,2024-03-05,,2024-03-05\n",
        "v/2.csv": head + "1,C1,2024-03-20,2024-03-10,2024-03-10\n",
    }
    found = raw.take_in(tmp_path, files, [raw.ORDERS, source], max_bad_share=0.9)
    rule = ContractChurn(found.tables["contracts"], Churn(definition="contract"), "UTC")
    assert dict(zip(rule.customers, rule.cohort(date(2024, 3, 25)), strict=True)) == {"C1": False, "C2": True}
