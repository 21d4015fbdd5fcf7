from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest

from bleib import clock
from bleib.sources.calendar import find_calendar


def arrivals(start: str, days: int, per_day: int = 20, every: int = 1) -> list[pd.Timestamp]:
    first = pd.Timestamp(start, tz="UTC") + pd.Timedelta(hours=12)
    return [first + pd.Timedelta(days=k) for k in range(0, days, every) for _ in range(per_day)]


def by_day(times: list[pd.Timestamp], zone: str = "UTC") -> Counter[int]:
    return Counter(clock.day_numbers(pd.Series(times).astype("datetime64[us, UTC]"), zone).tolist())


def calendar(times: list[pd.Timestamp], zone: str = "UTC", given: date | None = None) -> tuple[str, str]:
    found = find_calendar(by_day(times, zone), given)
    return str(found.first_day), str(found.data_end)


def test_the_end_is_the_day_after_the_last_usual_day() -> None:
    assert calendar(arrivals("2024-01-01", 60)) == ("2024-01-01", "2024-03-01")


def test_a_typing_error_moves_neither_end() -> None:
    strays = [pd.Timestamp(day, tz="UTC") for day in ("2001-01-01", "2034-05-05", "2044-05-05")]
    assert calendar(arrivals("2024-01-01", 60) + strays) == ("2024-01-01", "2024-03-01")


def test_many_typing_errors_of_the_same_kind_move_nothing() -> None:
    shifted = [time + pd.DateOffset(years=10) for time in arrivals("2024-01-01", 60)[::30]]
    assert calendar(arrivals("2024-01-01", 60) + shifted) == ("2024-01-01", "2024-03-01")


def test_days_with_hardly_any_arrivals_are_not_complete() -> None:
    few = arrivals("2024-03-01", 3, per_day=1)
    assert calendar(arrivals("2024-01-01", 60, per_day=30) + few) == ("2024-01-01", "2024-03-01")
    assert calendar(arrivals("2024-01-01", 60, per_day=20) + few) == ("2024-01-01", "2024-03-04")


def test_a_pause_of_two_weeks_is_usual_one_of_fifteen_days_is_not() -> None:
    assert calendar(arrivals("2024-01-01", 60) + arrivals("2024-03-14", 5))[1] == "2024-03-19"
    assert calendar(arrivals("2024-01-01", 60) + arrivals("2024-03-15", 5))[1] == "2024-03-20"
    assert calendar(arrivals("2024-01-01", 60) + arrivals("2024-03-15", 1, per_day=1))[1] == "2024-03-01"


def test_quarterly_data_have_long_usual_pauses() -> None:
    assert calendar(arrivals("2020-01-01", 1461, every=91)) == ("2020-01-01", "2023-12-28")


def test_a_stretch_after_a_closed_month_counts_but_strays_of_a_sparse_company_do_not() -> None:
    assert calendar(arrivals("2024-01-01", 60) + arrivals("2024-04-01", 7))[1] == "2024-04-08"
    assert calendar(arrivals("2024-01-01", 60, per_day=2) + arrivals("2034-04-01", 3, per_day=2))[1] == "2024-03-01"


def test_days_are_the_companys() -> None:
    late = [pd.Timestamp("2024-03-01 23:30", tz="UTC")] * 20
    assert calendar(arrivals("2024-01-01", 61) + late, "UTC")[1] == "2024-03-02"
    assert calendar(arrivals("2024-01-01", 61) + late, "Europe/Berlin")[1] == "2024-03-03"


def test_a_given_end_is_the_end() -> None:
    assert calendar(arrivals("2024-01-01", 60), given=date(2024, 2, 1)) == ("2024-01-01", "2024-02-01")
    assert calendar(arrivals("2024-01-01", 60), given=date(2023, 2, 1)) == ("2023-02-01", "2023-02-01")


def test_one_day_is_its_own_calendar() -> None:
    assert calendar(arrivals("2024-01-01", 1)) == ("2024-01-01", "2024-01-02")


@pytest.mark.parametrize(
    ("strays", "text"), [(0, "of the 28 active days before it"), (2, "2 later days hold only stray rows")]
)
def test_how_the_end_was_found_is_told(strays: int, text: str) -> None:
    times = arrivals("2024-01-01", 60) + [pd.Timestamp(f"203{k}-01-01", tz="UTC") for k in range(strays)]
    assert find_calendar(by_day(times), None).how.endswith(text)
