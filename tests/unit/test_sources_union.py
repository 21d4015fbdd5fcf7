from __future__ import annotations

from collections.abc import Callable
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


CONTRACTS: dict[str, Any] = {
    "table": "contracts",
    "files": "vertr*.csv",
    "columns": {"contract_id": "nr", "customer_id": "c", "started_at": "from", "cancelled_at": "notice", "plan": "p"},
}
OLD = "nr,c,from,notice,p\n" + "".join(f"{k},C{k % 3},2024-01-01,,basic\n" for k in range(1, 9))
NEW = "nr,c,from,notice,p\n" + "".join(
    f"{k},C{k % 3},2024-01-01,{'2024-03-20' if k in {2, 5} else ''},basic\n" for k in range(1, 9)
)


def contracts(folder: Path, files: dict[str, str | bytes], **changes: Any) -> raw.Result:
    return raw.take_in(folder, {"orders.csv": raw.GOOD, **files}, [raw.ORDERS, {**CONTRACTS, **changes}])


def turned(content: str) -> str:
    head, *rows = content.splitlines(keepends=True)
    return head + "".join(reversed(rows))


@pytest.mark.parametrize("turn", [str, turned])
def test_the_row_of_the_newest_file_counts_where_nothing_says_when_it_was_known(
    tmp_path: Path, turn: Callable[[str], str]
) -> None:
    found = contracts(tmp_path, {"verträge.csv": turn(OLD), "verträge_2026_kw01.csv": turn(NEW)})
    table = found.tables["contracts"]
    assert table.loc[table["cancelled_at"].notna(), "contract_id"].tolist() == ["2", "5"]
    assert found.report["sources"][1]["quarantined_by_reason"] == {"duplicate_delivery": 6, "replaced": 2}
    replaced = found.quarantine[found.quarantine["reason"] == "replaced"]
    assert replaced["file"].tolist() == ["verträge.csv", "verträge.csv"]


def test_a_notice_that_a_newer_file_takes_back_is_gone(tmp_path: Path) -> None:
    found = contracts(tmp_path, {"verträge-9.csv": NEW, "verträge-10.csv": OLD})
    assert found.tables["contracts"]["cancelled_at"].isna().all()
    assert found.report["sources"][1]["quarantined_by_reason"] == {"duplicate_delivery": 6, "replaced": 2}


def test_a_state_that_comes_back_in_the_newest_file_holds(tmp_path: Path) -> None:
    found = contracts(tmp_path, {"vertr-1.csv": OLD, "vertr-2.csv": NEW, "vertr-3.csv": OLD})
    assert found.tables["contracts"]["cancelled_at"].isna().all()
    assert found.report["sources"][1]["quarantined_by_reason"] == {"duplicate_delivery": 14, "replaced": 2}


def test_an_answer_in_a_newer_file_counts_though_it_became_known_later(tmp_path: Path) -> None:
    surveys = {
        "table": "surveys",
        "files": "nps*.csv",
        "columns": {"survey_id": "id", "customer_id": "c", "sent_at": "s", "answered_at": "a", "score": "n"},
        "constants": {"kind": "nps"},
    }
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD,
        "nps.csv": "id,c,s,a,n\n1,C1,2024-03-01,2024-03-02,3\n",
        "nps-neu.csv": "id,c,s,a,n\n1,C1,2024-03-01,2024-03-09,8\n",
    }
    assert raw.take_in(tmp_path, files, [raw.ORDERS, surveys]).tables["surveys"]["score"].tolist() == [8.0]


def test_the_same_id_of_another_customer_is_a_conflict_in_a_newer_file_too(tmp_path: Path) -> None:
    other = "nr,c,from,notice,p\n9,C0,2024-01-01,,x\n" + OLD.splitlines(keepends=True)[1].replace("C1", "C2")
    found = contracts(tmp_path, {"vertr-1.csv": OLD, "vertr-2.csv": other})
    assert found.report["sources"][1]["quarantined_by_reason"] == {"conflicting_id": 1}


def test_the_row_that_was_known_first_is_kept_where_the_source_says_when(tmp_path: Path) -> None:
    columns = {**CONTRACTS["columns"], "known_at": "k"}
    files: dict[str, str | bytes] = {
        "vertr-1.csv": "nr,c,from,notice,p,k\n1,C1,2024-01-01,,basic,2024-01-02\n",
        "vertr-2.csv": "nr,c,from,notice,p,k\n1,C1,2024-01-01,,large,2024-01-03\n2,C1,2024-01-01,,x,2024-01-02\n"
        + "".join(f"{k},C1,2024-01-01,,x,2024-01-02\n" for k in range(3, 9)),
    }
    found = contracts(tmp_path, files, columns=columns)
    assert found.tables["contracts"]["plan"].tolist()[0] == "basic"
    assert found.report["sources"][1]["quarantined_by_reason"] == {"conflicting_id": 1}


def test_the_newest_row_of_a_merged_customer_counts(tmp_path: Path) -> None:
    customers = {"table": "customers", "files": "c-*.csv", "columns": {"customer_id": "id", "segment": "s"}}
    merged = {"table": "merges", "files": "m.csv", "columns": {"old": "old", "new": "new"}}
    head = "id,s\nC0,a\nC2,a\n"
    for old, new in (("small", "large"), ("large", "small")):
        files: dict[str, str | bytes] = {
            "orders.csv": raw.GOOD,
            "c-1.csv": f"{head}B1,{old}\n",
            "c-2.csv": f"{head}B1,{new}\n",
            "m.csv": "old,new\nB1,C1\n",
        }
        found = raw.take_in(tmp_path, files, [raw.ORDERS, customers, merged]).tables["customers"]
        assert found.set_index("customer_id")["segment"].to_dict() == {"C0": "a", "C1": new, "C2": "a"}


def two_entries(folder: Path, first: str, second: str, **changes: Any) -> raw.Result:
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "a.csv": first, "b.csv": second}
    later = {**CONTRACTS, "files": "b.csv", **changes}
    return raw.take_in(folder, files, [raw.ORDERS, {**CONTRACTS, "files": "a.csv"}, later], max_bad_share=1)


def test_of_two_entries_that_map_the_same_columns_the_later_one_is_the_newer_delivery(tmp_path: Path) -> None:
    found = two_entries(tmp_path, OLD, NEW)
    table = found.tables["contracts"]
    assert table.loc[table["cancelled_at"].notna(), "contract_id"].tolist() == ["2", "5"]
    reasons = [entry["quarantined_by_reason"] for entry in found.report["sources"]]
    assert reasons == [{}, {"replaced": 2}, {"duplicate_delivery": 6}]
    assert two_entries(tmp_path, NEW, OLD).tables["contracts"]["cancelled_at"].isna().all()


def test_files_of_a_later_entry_are_newer_than_all_files_of_an_earlier_one(tmp_path: Path) -> None:
    raw.write(tmp_path, {"x/1.csv": OLD, "x/2.csv": OLD, "x/3.csv": NEW, "y/1.csv": NEW, "y/2.csv": OLD})
    entries = [{**CONTRACTS, "files": "x"}, {**CONTRACTS, "files": "y"}]
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD}, [raw.ORDERS, *entries], max_bad_share=1)
    assert found.tables["contracts"]["cancelled_at"].isna().all()
    assert {key for entry in found.report["sources"] for key in entry["quarantined_by_reason"]} == {
        "duplicate_delivery",
        "replaced",
    }


def test_entries_that_map_other_columns_are_no_deliveries_of_one_another(tmp_path: Path) -> None:
    columns = {name: column for name, column in CONTRACTS["columns"].items() if name != "plan"}
    found = two_entries(tmp_path, OLD, NEW, columns=columns)
    assert found.quarantine["reason"].tolist() == ["conflicting_id"] * 8


def test_entries_that_say_another_kind_are_no_deliveries_of_one_another(tmp_path: Path) -> None:
    """Answers to two questions of one survey, exported apart, with the same numbers."""
    text = "id,customer,date,score\n" + "".join(f"{k},C{k % 3},2024-03-0{k},{k}\n" for k in range(1, 6))
    columns = {"survey_id": "id", "customer_id": "customer", "answered_at": "date", "score": "score"}
    entries = [
        {"table": "surveys", "files": f"{kind}.csv", "columns": columns, "constants": {"kind": kind}}
        for kind in ("nps", "csat")
    ]
    files: dict[str, str | bytes] = {"orders.csv": raw.GOOD, "nps.csv": text, "csat.csv": text}
    found = raw.take_in(tmp_path, files, [raw.ORDERS, *entries], max_bad_share=1)
    assert found.quarantine["reason"].tolist() == ["conflicting_id"] * 5


@pytest.mark.parametrize("flipped", [False, True])
def test_of_two_states_of_a_contract_of_one_day_the_one_with_the_notice_counts(tmp_path: Path, flipped: bool) -> None:
    """Renewed and given notice, or a dearer fee and the notice, on the same day: who left must not stay for ever."""
    head, states = "id,customer,from,valid,notice,fee", ["2024-03-01,,{}", "2024-03-01,2024-03-01,{}"]
    lines = [f"V{k},C{k % 3},2024-01-01,{state.format(k)}" for k in range(8) for state in states]
    columns = {"contract_id": "id", "customer_id": "customer", "started_at": "from", "valid_from": "valid"}
    source = {
        "table": "contracts",
        "files": "v.csv",
        "columns": {**columns, "cancelled_at": "notice", "monthly_fee": "fee"},
    }
    text = "\n".join([head, *(reversed(lines) if flipped else lines)]) + "\n"
    found = raw.take_in(tmp_path, {"orders.csv": raw.GOOD, "v.csv": text}, [raw.ORDERS, source], max_bad_share=1)
    assert found.tables["contracts"]["cancelled_at"].notna().tolist() == [True] * 8
    assert found.quarantine["reason"].tolist() == ["conflicting_id"] * 8
