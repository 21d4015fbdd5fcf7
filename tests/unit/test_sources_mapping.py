from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import raw
from bleib.settings import Source


def interactions(folder: Path, content: str, **source: Any) -> list[dict[str, Any]]:
    """The rows of the interactions table made from one file, without empty values."""
    base = {
        "table": "interactions",
        "files": "x.csv",
        "columns": {"customer_id": "c", "occurred_at": "t"},
        "constants": {"kind": "order"},
    }
    found = raw.take_in(folder, {"x.csv": content}, [{**base, **source}], max_bad_share=1)
    return [
        {k: v for k, v in row.items() if str(v) not in {"nan", "NaT"}}
        for row in found.tables["interactions"].to_dict("records")
    ]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"equals": "a"}, ["a"]),
        ({"equals": 7}, ["7"]),
        ({"one_of": ["a", "7"]}, ["7", "a"]),
        ({"none_of": ["a", "7"]}, ["Ca", "true", None]),
        ({"filled": True}, ["7", "Ca", "a", "true"]),
        ({"filled": False}, [None]),
        ({"starts_with": "C"}, ["Ca"]),
        ({"not_starts_with": "C"}, ["7", "a", "true", None]),
        ({"above": 6.5}, ["7"]),
        ({"below": 6.5}, []),
        ({"equals": True}, ["true"]),
    ],
)
def test_row_filters(tmp_path: Path, condition: dict[str, Any], kept: list[str | None]) -> None:
    lines = (
        "c,t,v\n1,2024-03-01,7\n2,2024-03-01,Ca\n3,2024-03-01,a\n4,2024-03-01,true\n5,2024-03-01,\n6,2024-03-01,KEEP\n"
    )
    always = {
        "table": "interactions",
        "files": "k.csv",
        "columns": {"customer_id": "c", "occurred_at": "t"},
        "constants": {"kind": "k"},
    }
    source = {**always, "files": "x.csv", "columns": {**always["columns"], "topic": "v"}, "constants": {"kind": "x"}}
    source["where"] = [{"column": "v", **condition}, {"column": "v", "none_of": ["KEEP"]}]
    found = raw.take_in(tmp_path, {"x.csv": lines, "k.csv": "c,t\n9,2024-03-01\n"}, [always, source])
    rows = found.tables["interactions"].query("kind == 'x'")
    topics = [None if str(topic) == "nan" else topic for topic in rows["topic"]]
    assert sorted(topics, key=str) == sorted(kept, key=str)
    assert found.report["sources"][1]["filtered"] == 6 - len(kept)


def test_constants_products_and_the_source_time_zone(tmp_path: Path) -> None:
    (row,) = interactions(
        tmp_path,
        'c,t,n,p\n0042,2024-07-01 12:00,3,"1,10"\n',
        csv={"decimal": ","},
        time_zone="America/New_York",
        constants={"kind": "sale", "channel": "shop"},
        products={"amount": ["n", "p"]},
    )
    assert str(row["occurred_at"]) == "2024-07-01 16:00:00+00:00"
    assert (row["customer_id"], row["kind"], row["channel"], row["amount"]) == ("0042", "sale", "shop", 3.3)


def test_ids_are_made_from_the_content_and_equal_rows_may_be_real(tmp_path: Path) -> None:
    rows = interactions(tmp_path, "c,t\n1,2024-03-01\n1,2024-03-01\n2,2024-03-01\n")
    ids = [row["event_id"] for row in rows]
    assert len(set(ids)) == 3
    assert ids[0].removesuffix("-1") == ids[1].removesuffix("-2")


def test_equal_rows_without_id_are_one_delivery_where_the_source_says_so(tmp_path: Path) -> None:
    assert len(interactions(tmp_path, "c,t\n1,2024-03-01\n1,2024-03-01\n2,2024-03-01\n", duplicates="drop")) == 2


@pytest.mark.parametrize("tags", [[["x"], ["x"], ["x", "y"]], [{"n": 1}, {"n": 1}, {"n": 2}]])
def test_rows_with_lists_are_compared_too_and_a_list_is_read_as_json(tmp_path: Path, tags: list[Any]) -> None:
    rows = {"c": pa.array(["1", "1", "1"], pa.string_view()), "t": ["2024-03-01"] * 3, "tags": tags}
    pq.write_table(pa.table(rows), tmp_path / "x.parquet")
    source = {
        "table": "interactions",
        "files": "x.parquet",
        "columns": {"customer_id": "c", "occurred_at": "t", "topic": "tags"},
        "constants": {"kind": "order"},
        "duplicates": "drop",
    }
    found = raw.take_in(tmp_path, {}, [source])
    assert sorted(found.tables["interactions"]["topic"]) == sorted({json.dumps(tag) for tag in tags})
    assert found.quarantine["reason"].tolist() == ["duplicate_delivery"]


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(2)])
def test_bytes_that_are_no_text_are_read_with_escapes(tmp_path: Path, kind: pa.DataType) -> None:
    rows = {"c": ["1", "2"], "t": ["2024-03-01"] * 2, "raw": pa.array([b"\xff\xfe", b"ok"], kind)}
    pq.write_table(pa.table(rows), tmp_path / "x.parquet")
    columns = {"customer_id": "c", "occurred_at": "t", "topic": "raw"}
    source = {"table": "interactions", "files": "x.parquet", "columns": columns, "constants": {"kind": "order"}}
    found = raw.take_in(tmp_path, {}, [source])
    assert found.tables["interactions"]["topic"].tolist() == ["\\xff\\xfe", "ok"]


def test_equal_rows_with_id_may_be_declared_real(tmp_path: Path) -> None:
    columns = {"event_id": "i", "customer_id": "c", "occurred_at": "t"}
    content = "i,c,t\n5,1,2024-03-01\n5,1,2024-03-01\n5,2,2024-03-01\n"
    kept = interactions(tmp_path, content, columns=columns, duplicates="keep")
    assert sorted(row["event_id"] for row in kept) == ["5", "5-2"]


def test_lines_of_an_invoice_are_summed(tmp_path: Path) -> None:
    content = (
        "i,c,t,n,a,g\n"
        "1,A,2024-03-01 10:00,2,0.1,toys\n"
        "1,A,2024-03-01 10:00,1,0.2,food\n"
        "1,A,2024-03-01 10:01,5,0.3,toys\n"
        "2,A,2024-03-02 10:00,,,\n"
    )
    columns = {"event_id": "i", "customer_id": "c", "occurred_at": "t", "quantity": "n", "amount": "a", "topic": "g"}
    first, second = interactions(tmp_path, content, columns=columns, one_row_per=["event_id"])
    assert (first["quantity"], first["amount"], first["topic"]) == (8.0, 0.6, "toys")
    assert (str(first["occurred_at"]), str(first["known_at"])) == (
        "2024-03-01 10:00:00+00:00",
        "2024-03-01 10:01:00+00:00",
    )
    assert "amount" not in second


def test_of_topics_on_as_many_lines_the_first_by_name_counts_and_a_line_without_one_has_no_say(
    tmp_path: Path,
) -> None:
    lines = [f"1,A,2024-03-01 10:00,{topic}" for topic in ("toys", "food", "", "", "")]
    columns = {"event_id": "i", "customer_id": "c", "occurred_at": "t", "topic": "g"}
    (row,) = interactions(tmp_path, "\n".join(["i,c,t,g", *lines, ""]), columns=columns, one_row_per=["event_id"])
    assert row["topic"] == "food"


def test_lines_of_another_customer_are_not_added_though_they_have_the_same_number(tmp_path: Path) -> None:
    content = "i,c,t,a\n1,A,2024-03-01 10:00,1.5\n1,A,2024-03-01 10:00,2.5\n1,B,2024-03-02 10:00,7\n"
    columns = {"event_id": "i", "customer_id": "c", "occurred_at": "t", "amount": "a"}
    kept = interactions(tmp_path, content, columns=columns, one_row_per=["event_id"])
    assert ("A", 4.0) in [(row["customer_id"], row["amount"]) for row in kept]


def test_a_line_that_was_delivered_twice_is_added_once_where_the_source_says_so(tmp_path: Path) -> None:
    """In the second delivery a line of the invoice is new; .57 × 10,000 is 5,699.999… in binary numbers."""
    content = "i,c,t,a\n1,A,2024-03-01,0.57\n1,A,2024-03-01,0.57\n1,A,2024-03-01,2\n"
    columns = {"event_id": "i", "customer_id": "c", "occurred_at": "t", "amount": "a"}
    more = {"columns": columns, "one_row_per": ["event_id"]}
    assert [row["amount"] for row in interactions(tmp_path, content, **more, duplicates="drop")] == [2.57]
    assert [row["amount"] for row in interactions(tmp_path, content, **more)] == [3.14]


def test_summed_lines_are_counted_as_merged(tmp_path: Path) -> None:
    columns = {"event_id": "i", "customer_id": "c", "occurred_at": "t"}
    source = {**raw.ORDERS, "files": "x.csv", "columns": columns, "one_row_per": ["event_id"]}
    found = raw.take_in(
        tmp_path, {"x.csv": "i,c,t\n1,A,2024-03-01\n1,A,2024-03-01\n1,,2024-03-01\n"}, [source], max_bad_share=1
    )
    assert found.report["totals"] == {"rows_in": 3, "rows_out": 1, "quarantined": 1, "filtered": 0, "merged": 1}


STATES = (
    "id,c,state,changed,opened,resolved,prio,mark\n"
    "T1,A,New,2024-03-01 08:00,2024-03-01 07:55,2024-03-09 12:00,3,\n"
    "T1,A,Resolved,2024-03-09 12:00,2024-03-01 07:55,2024-03-09 12:00,1,4\n"
    "T1,A,Active,2024-03-02 08:00,2024-03-01 07:55,2024-03-08 12:00,2,\n"
)


def test_state_rows_collapse_to_first_attributes_and_latest_times(tmp_path: Path) -> None:
    columns = {
        "ticket_id": "id",
        "customer_id": "c",
        "opened_at": "opened",
        "resolved_at": "resolved",
        "priority": "prio",
        "satisfaction": "mark",
    }
    tickets = {"table": "tickets", "files": "s.csv", "columns": columns, "changed_at": "changed"}
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "s.csv": STATES}, [raw.ORDERS, tickets])
    (row,) = found.tables["tickets"].to_dict("records")
    assert (row["priority"], row["satisfaction"]) == ("3", 4.0)
    assert str(row["known_at"]) == "2024-03-01 08:00:00+00:00"
    assert str(row["resolved_at"]) == "2024-03-09 12:00:00+00:00"
    assert found.report["sources"][1]["merged"] == 2


@pytest.mark.parametrize(
    ("table", "columns", "first", "last", "column", "value"),
    [
        ("complaints", {"complaint_id": "id", "filed_at": "at", "compensation": "v"}, "", "20", "compensation", 20.0),
        ("contracts", {"contract_id": "id", "started_at": "at", "end_reason": "v"}, "", "moved", "end_reason", "moved"),
        ("surveys", {"survey_id": "id", "sent_at": "at", "score": "v"}, "", "9", "score", 9.0),
        ("complaints", {"complaint_id": "id", "filed_at": "at", "severity": "v"}, "1", "3", "severity", 1.0),
        ("contracts", {"contract_id": "id", "started_at": "at", "plan": "v"}, "old", "new", "plan", "old"),
        ("payments", {"invoice_id": "id", "due_at": "at", "amount": "v"}, "10", "12", "amount", 10.0),
    ],
)
def test_what_is_filled_in_later_comes_from_the_latest_state_and_everything_else_from_the_first(
    tmp_path: Path, table: str, columns: dict[str, str], first: str, last: str, column: str, value: object
) -> None:
    """A mark that was taken from the first state would be empty for ever; a plan taken from the latest would be the
    future's. Not every table has each of the columns.
    """
    lines = [f"1,A,2024-03-01,{value},{changed}" for value, changed in ((last, "2024-03-09"), (first, "2024-03-01"))]
    constants = {"kind": "nps"} if table == "surveys" else {}
    source = {"table": table, "files": "s.csv", "columns": {"customer_id": "c", **columns}, "changed_at": "changed"}
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "s.csv": "id,c,at,v,changed\n" + "\n".join(lines) + "\n"}
    found = raw.take_in(tmp_path, files, [raw.ORDERS, source | {"constants": constants}])
    (row,) = found.tables[table].to_dict("records")
    assert row[column] == value


def test_states_after_the_end_of_the_data_are_not_seen(tmp_path: Path) -> None:
    columns = {"ticket_id": "id", "customer_id": "c", "opened_at": "opened", "resolved_at": "resolved"}
    tickets = {"table": "tickets", "files": "s.csv", "columns": columns, "changed_at": "changed"}
    found = raw.take_in(
        tmp_path, {"orders.csv": raw.GOOD, "s.csv": STATES}, [raw.ORDERS, tickets], data_end="2024-03-05"
    )
    (row,) = found.tables["tickets"].to_dict("records")
    assert str(row["resolved_at"]) == "2024-03-08 12:00:00+00:00"
    assert found.report["sources"][1]["quarantined_by_reason"] == {"event_in_future": 1}


def one(folder: Path, table: str, line: str, columns: dict[str, str], **more: Any) -> dict[str, Any]:
    source = {"table": table, "files": "x.csv", "columns": {"customer_id": "a", **columns}, **more}
    found = raw.take_in(folder, {"orders.csv": raw.GOOD, "x.csv": f"a,b,c,d,e\n{line}\n"}, [raw.ORDERS, source])
    return found.tables[table].query("customer_id == 'A'").to_dict("records")[0]


@pytest.mark.parametrize(
    ("table", "columns", "line", "known_at"),
    [
        ("tickets", {"opened_at": "b"}, "A,2024-03-05,,,", "2024-03-05"),
        ("tickets", {"opened_at": "b", "known_at": "c"}, "A,2024-03-05,2024-03-07,,", "2024-03-07"),
        ("tickets", {"opened_at": "b", "known_at": "c"}, "A,2024-03-05,2024-03-01,,", "2024-03-05"),
        ("payments", {"due_at": "b"}, "A,2024-03-05,,,", "2024-03-05"),
        ("payments", {"due_at": "b", "issued_at": "c"}, "A,2024-04-15,2024-03-05,,", "2024-03-05"),
        ("surveys", {"sent_at": "b", "answered_at": "c"}, "A,2024-03-05,2024-03-07,,", "2024-03-07"),
        ("surveys", {"sent_at": "b", "answered_at": "c"}, "A,2024-03-05,,,", "2024-03-05"),
        ("contracts", {"started_at": "b"}, "A,2024-03-05,,,", "2024-03-05"),
        (
            "contracts",
            {"started_at": "b", "valid_from": "c", "contract_id": "a"},
            "A,2020-03-05,2024-03-07,,",
            "2024-03-07",
        ),
        ("interactions", {"occurred_at": "b", "known_at": "c"}, "A,2024-04-15,2024-03-05,,", "2024-03-05"),
    ],
)
def test_when_a_row_is_known(tmp_path: Path, table: str, columns: dict[str, str], line: str, known_at: str) -> None:
    kinds = {"surveys": "nps", "interactions": "price_increase"}
    constants = {"kind": kinds[table]} if table in kinds else {}
    row = one(tmp_path, table, line, columns, constants=constants)
    assert str(row["known_at"]) == f"{known_at} 00:00:00+00:00"


def test_what_is_announced_for_a_year_that_cannot_be_meant_is_no_announcement(tmp_path: Path) -> None:
    columns = {"event_id": "id", "customer_id": "customer", "occurred_at": "date", "known_at": "amount"}
    lines = "1,A,2024-03-01,2024-03-01\n2,A,2054-03-01,2024-03-01\n"
    found = raw.orders(tmp_path, lines, "id,customer,date,amount\n ", columns=columns)
    assert [reason for _, _, reason in raw.reasons(found)] == ["event_in_future"]


def test_facts_about_the_future_are_kept_where_they_are_known_before(tmp_path: Path) -> None:
    contract = one(
        tmp_path,
        "contracts",
        "A,2024-01-01,2025-01-01,2024-12-31,",
        {"started_at": "b", "renewal_at": "c", "ended_at": "d"},
    )
    assert str(contract["renewal_at"]) == "2025-01-01 00:00:00+00:00"
    points = one(
        tmp_path,
        "loyalty",
        "A,2024-03-01,5,2026-01-01,",
        {"occurred_at": "b", "points": "c", "expires_at": "d"},
        constants={"kind": "earned"},
    )
    assert str(points["expires_at"]) == "2026-01-01 00:00:00+00:00"


def test_points_that_are_spent_count_below_zero(tmp_path: Path) -> None:
    columns = {"occurred_at": "b", "points": "c"}
    assert one(tmp_path, "loyalty", "A,2024-03-01,50,,", columns, constants={"kind": "redeemed"})["points"] == -50.0
    assert one(tmp_path, "loyalty", "A,2024-03-01,-50,,", columns, constants={"kind": "expired"})["points"] == -50.0


def test_the_worked_examples_of_the_documentation_are_valid_settings() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text()
    blocks = [block.split("```")[0] for block in text.split("```yaml\n")[1:]]
    sources = [source for block in blocks for source in (yaml.safe_load(block.removeprefix("sources:\n")))]
    assert len(raw.settings(sources).sources) == 12
    used = {name for source in sources for name in source}
    assert set(Source.model_fields) - used == {"format", "time_zone"}
