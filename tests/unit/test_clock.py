"""The clock, with literal dates."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from bleib import clock
from bleib.settings import Churn

BERLIN = "Europe/Berlin"


def test_instant_is_local_midnight_in_utc() -> None:
    assert clock.timestamp(date(2026, 1, 15), BERLIN) == pd.Timestamp("2026-01-14T23:00Z")
    assert clock.timestamp(date(2026, 7, 15), BERLIN) == pd.Timestamp("2026-07-14T22:00Z")


def test_week_in_which_the_clocks_change_has_seven_days() -> None:
    start, end = (clock.instant(d, BERLIN) for d in (date(2026, 3, 23), date(2026, 3, 30)))
    assert end - start == 7 * clock.US_PER_DAY - 3_600_000_000


def test_outcome_window_starts_after_the_lead() -> None:
    window = clock.outcome_window(date(2026, 1, 1), lead_days=7, horizon_days=28)
    assert (window.start, window.end, window.days) == (date(2026, 1, 8), date(2026, 2, 5), 28)


def test_activity_window_ends_before_the_as_of_date() -> None:
    assert clock.activity_window(date(2024, 3, 1), 1) == clock.Window(date(2024, 2, 29), date(2024, 3, 1))


@pytest.mark.parametrize(("data_end", "mature"), [(date(2026, 2, 7), False), (date(2026, 2, 8), True)])
def test_snapshot_is_mature_once_window_and_delay_are_over(data_end: date, mature: bool) -> None:
    churn = Churn(lead_days=7, horizon_days=28, usual_delay_days=3)
    assert clock.is_mature(date(2026, 1, 1), churn.wait_days, data_end) is mature


def test_grid_counts_back_from_the_newest_day_and_keeps_the_history() -> None:
    grid = clock.as_of_grid(date(2026, 3, 1), every_days=28, count=5, earliest=date(2026, 1, 4))
    assert grid == [date(2026, 1, 4), date(2026, 2, 1), date(2026, 3, 1)]


def test_grid_ends_where_the_data_begin_however_many_dates_are_wanted() -> None:
    grid = clock.as_of_grid(date(2026, 3, 1), every_days=36_500, count=10_000, earliest=date(1926, 3, 25))
    assert grid == [date(1926, 3, 26), date(2026, 3, 1)]
    assert clock.as_of_grid(date(2026, 3, 1), every_days=1, count=5, earliest=date(2026, 3, 2)) == []


def test_purge_keeps_an_outcome_that_is_known_on_the_first_test_day() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 2)]
    assert clock.purged(days, wait_days=30, first_test=date(2026, 1, 31)) == [date(2026, 1, 1)]


def test_local_day_of_a_late_evening_event_is_the_companys_day() -> None:
    times = pd.Series(pd.to_datetime(["2026-07-14T22:30Z", None])).astype("datetime64[us, UTC]")
    days = clock.local_days(times, BERLIN)
    assert days[0] == pd.Timestamp("2026-07-15")
    assert pd.isna(days[1])


def test_what_ends_at_midnight_had_its_last_day_the_day_before() -> None:
    ends = pd.Series(pd.to_datetime(["2026-06-30T22:00Z", "2026-07-01T10:00Z", None]))
    assert clock.last_local_days(ends, BERLIN).dt.strftime("%m-%d").fillna("-").tolist() == ["06-30", "07-01", "-"]


def test_day_number_agrees_with_the_vectorised_form() -> None:
    times = pd.Series(pd.to_datetime(["2024-02-29T12:00Z"])).astype("datetime64[us, UTC]")
    assert clock.day_numbers(times, "UTC").tolist() == [clock.day_number(date(2024, 2, 29))] == [19782]


def test_missing_times_become_the_given_number() -> None:
    times = pd.Series(pd.to_datetime(["1970-01-01T00:00:01Z", None])).astype("datetime64[us, UTC]")
    assert clock.microseconds(times, -1).tolist() == [1_000_000, -1]


def test_month_starts_are_inside_the_half_open_range() -> None:
    assert clock.month_starts(date(2026, 1, 1), date(2026, 3, 1)) == [date(2026, 1, 1), date(2026, 2, 1)]
