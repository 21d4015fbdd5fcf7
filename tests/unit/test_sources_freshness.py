from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import raw
from bleib import clock
from bleib.sources.freshness import Arrivals, stopped

END = date(2024, 9, 1)
TICKETS: dict[str, Any] = {
    "table": "tickets",
    "files": "tickets.csv",
    "columns": {"ticket_id": "id", "customer_id": "c", "opened_at": "o", "resolved_at": "r"},
}


def days(first: str, count: int, every: int = 1) -> Arrivals:
    start = clock.day_number(date.fromisoformat(first))
    return {start + k * every: 2 for k in range(count)}


def judged(arrivals: Arrivals, table: str = "tickets", kind: str = "") -> list[str]:
    return [fault.reason for fault in stopped({(table, kind): arrivals}, END, {(table, kind): ("a.csv",)})]


def test_a_table_that_stopped_is_told_with_its_last_day_and_its_longest_pause() -> None:
    (fault,) = stopped({("tickets", ""): days("2024-01-01", 50, every=3)}, END, {("tickets", ""): ("a.csv", "b.csv")})
    assert (fault.table, fault.file, fault.column, fault.rows, fault.fatal) == ("tickets", "b.csv", "", 0, False)
    assert fault.reason == (
        "nothing arrived for the table tickets after 2024-05-27, 96 days before the end of the data; "
        "before, no pause was longer than 2 days"
    )
    assert fault.expected == "rows up to 2024-08-31, or a pause no longer than those before"
    assert "Features of tickets take the pause for silence of the customers" in fault.remedy


def test_a_single_day_is_one_day() -> None:
    (reason,) = judged(days("2024-01-01", 50, every=2))
    assert reason.endswith("before, no pause was longer than 1 day")


def test_a_pause_counts_from_29_days_and_only_if_it_is_longer_than_any_before() -> None:
    assert judged(days("2024-07-01", 34)) == []  # the last on 3 August: 28 days without
    assert len(judged(days("2024-07-01", 33))) == 1
    assert judged(days("2024-01-01", 15) | days("2024-02-14", 173)) == []
    assert len(judged(days("2024-01-01", 30) | days("2024-02-14", 150))) == 1
    assert judged(days("2024-01-01", 30) | days("2024-03-14", 130)) == []


def test_a_stray_day_long_ago_is_no_pause() -> None:
    stray = {clock.day_number(date(1999, 1, 1)): 1}
    assert len(judged(stray | days("2024-01-01", 60))) == 1


def test_a_few_rows_long_ago_are_no_pause_beside_a_hundred_a_day() -> None:
    few = dict.fromkeys(days("2023-11-01", 5), 1)
    many = dict.fromkeys(days("2024-01-01", 200), 100)
    assert len(judged(few | many)) == 1
    assert judged(dict.fromkeys(few, 100) | many) == []


def test_the_order_in_which_days_were_counted_does_not_matter() -> None:
    assert judged(dict(reversed(days("2024-07-01", 34).items()))) == []
    assert len(judged(dict(reversed(days("2024-07-01", 33).items())))) == 1


def test_a_table_with_nothing_before_the_end_of_the_data_tells_no_rhythm() -> None:
    assert judged(days("2024-09-01", 60)) == []


def test_days_after_the_end_of_the_data_say_nothing() -> None:
    assert len(judged(days("2024-01-01", 60) | days("2024-09-01", 60))) == 1


def test_few_days_tell_no_rhythm() -> None:
    assert judged(days("2024-01-01", 19)) == []
    assert len(judged(days("2024-01-01", 20))) == 1


def test_a_kind_of_events_that_stopped_says_what_it_does_to_labels() -> None:
    place = ("interactions", "order")
    (fault,) = stopped({place: days("2024-01-01", 60)}, END, {place: ("o.csv",)})
    assert fault.reason.startswith("nothing arrived for events of the kind order after 2024-02-29")
    assert "with silence churn whoever does nothing else is taken for lost" in fault.remedy


def company(folder: Path, last: int, resolved: str = "") -> raw.Result:
    """Orders every day of 2024 until August, tickets every day of the first ``last`` days."""
    first = date(2024, 1, 1)
    orders = "".join(f"{k},C{k % 3},{first + timedelta(days=k)} 10:00,1\n" for k in range(244))
    tickets = "".join(f"{k},C{k % 3},{first + timedelta(days=k)},\n" for k in range(last))
    files: dict[str, str | bytes] = {
        "orders.csv": raw.HEAD + orders,
        "tickets.csv": f"id,c,o,r\n{tickets}T,C1,2024-01-05,{resolved}\n",
    }
    return raw.take_in(folder, files, [raw.ORDERS, TICKETS])


def test_ingest_warns_of_a_table_that_stopped_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = company(tmp_path, 100)
    assert len(found.tables["tickets"]) == 101
    (warning,) = found.report["warnings"]
    assert warning["reason"].startswith("nothing arrived for the table tickets after 2024-04-09, 144 days before")
    assert "tickets.csv: nothing arrived for the table tickets after 2024-04-09" in capsys.readouterr().out
    assert "## Doubts about the deliveries\n\n| file |" in found.page


def test_a_time_that_is_entered_when_it_happens_is_an_arrival(tmp_path: Path) -> None:
    found = company(tmp_path, 100, resolved="2024-08-30")
    assert found.report["warnings"] == []
    tickets = found.report["tables"]["tickets"]
    assert (tickets["first_arrival"], tickets["last_arrival"]) == ("2024-01-01", "2024-08-30")
    assert "| tickets | 101 | 3 | 2024-01-01 | 2024-04-09 | 2024-01-01 | 2024-08-30 |" in found.page


def test_a_source_of_events_that_stopped_is_told_though_another_goes_on(tmp_path: Path) -> None:
    first = date(2024, 1, 1)
    lines = {
        name: raw.HEAD + "".join(f"{name}{k},C{k % 3},{first + timedelta(days=k)},1\n" for k in range(count))
        for name, count in (("orders", 100), ("logins", 244))
    }
    logins = {**raw.ORDERS, "files": "logins.csv", "constants": {"kind": "login"}}
    files: dict[str, str | bytes] = {f"{name}.csv": text for name, text in lines.items()}
    (warning,) = raw.take_in(tmp_path, files, [raw.ORDERS, logins]).report["warnings"]
    assert "events of the kind order after 2024-04-09" in warning["reason"]
    assert warning["file"] == "orders.csv"


def test_that_nobody_signs_up_any_more_is_no_missing_delivery() -> None:
    assert judged(days("2024-01-01", 60), table="customers") == []
