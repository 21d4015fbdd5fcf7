from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import raw
from bleib.sources.quarantine import Ledger

BRANCH: dict[str, Any] = {**raw.ORDERS, "files": "branch.csv"}


def test_the_same_event_from_two_sources_is_one_delivery(tmp_path: Path) -> None:
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "branch.csv": raw.GOOD}, [raw.ORDERS, BRANCH])
    assert len(found.tables["interactions"]) == 28
    by_source = [entry["quarantined_by_reason"] for entry in found.report["sources"]]
    assert sum(entry.get("duplicate_delivery", 0) for entry in by_source) == 28


def test_of_two_rows_with_one_id_the_one_that_arrived_first_is_kept(tmp_path: Path) -> None:
    head = "id,customer,date,amount,arrived\n"
    columns = {**raw.ORDERS["columns"], "known_at": "arrived"}
    late = head + "1,C1,2024-03-01,7,2024-03-09\n1,C1,2024-03-01,5,2024-03-02\n1,C1,2024-03-01,5,2024-03-04\n"
    found = raw.take_in(tmp_path, {"orders.csv": late}, [{**raw.ORDERS, "columns": columns}], max_bad_share=1)
    assert found.tables["interactions"]["amount"].tolist() == [5.0]
    assert [(row, reason) for row, _, reason in raw.reasons(found)] == [
        (1, "conflicting_id"),
        (3, "duplicate_delivery"),
    ]


def test_the_order_of_rows_does_not_tell_which_of_two_with_one_id_is_kept(tmp_path: Path) -> None:
    rows = [f"k{number},{customer},2024-03-05 10:00,{number}\n" for number in range(10) for customer in "AB"]
    there = raw.orders(tmp_path, "".join(rows)).tables["interactions"]
    back = raw.orders(tmp_path, "".join(reversed(rows))).tables["interactions"]
    pd.testing.assert_frame_equal(there, back)


def test_of_equal_rows_the_first_is_kept(tmp_path: Path) -> None:
    again = raw.GOOD.removeprefix(raw.HEAD)
    found = raw.orders(tmp_path, again)
    assert raw.reasons(found) == [(row, "", "duplicate_delivery") for row in range(29, 57)]


def test_made_ids_of_two_sources_do_not_collide(tmp_path: Path) -> None:
    columns = {"customer_id": "customer", "occurred_at": "date", "amount": "amount"}
    sources = [{**raw.ORDERS, "columns": columns}, {**BRANCH, "columns": columns}]
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "branch.csv": raw.GOOD}, sources)
    assert found.tables["interactions"]["event_id"].nunique() == 56


def test_rows_are_sorted_by_customer_and_time(tmp_path: Path) -> None:
    rows = raw.orders(tmp_path, "x,A,2024-03-09,1\ny,A,2024-03-08,1\n").tables["interactions"]
    assert rows["event_id"].tolist()[:2] == ["y", "x"]
    assert rows["customer_id"].is_monotonic_increasing


def test_versions_of_a_customer_are_rows_of_their_own(tmp_path: Path) -> None:
    columns = {"customer_id": "id", "valid_from": "since", "segment": "segment"}
    customers = {"table": "customers", "files": "c.csv", "columns": columns}
    content = "id,since,segment\nC1,2024-01-01,small\nC1,2024-03-01,large\nC1,2024-03-01,large\n"
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "c.csv": content}, [raw.ORDERS, customers])
    assert found.tables["customers"]["segment"].tolist() == ["small", "large"]
    assert found.report["sources"][1]["quarantined_by_reason"] == {"duplicate_delivery": 1}


def test_contracts_without_id_are_told_by_customer_and_begin(tmp_path: Path) -> None:
    columns = {"customer_id": "c", "started_at": "from", "plan": "plan"}
    contracts = {"table": "contracts", "files": "v.csv", "columns": columns}
    content = "c,from,plan\nC1,2024-01-01,a\nC1,2024-02-01,a\nC2,2024-01-01,a\n"
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "v.csv": content}, [raw.ORDERS, contracts])
    assert found.tables["contracts"]["contract_id"].nunique() == 3


def test_a_row_that_gets_lost_without_being_counted_stops_ingest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "quarantine", lambda *_: None)
    raw.write(tmp_path, {"orders.csv": raw.GOOD + "28,C1,2024-03-28 10:00,28.5\n"})
    with pytest.raises(AssertionError, match="interactions: 29 rows counted, 28 in the table"):
        raw.run(raw.settings([raw.ORDERS]), tmp_path)
