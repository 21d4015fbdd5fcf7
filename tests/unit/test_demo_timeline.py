from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from bleib.demo.timeline import Timeline, daytime, easter

TIMELINE = Timeline(date(2026, 6, 29), 108)


def week_of(day: date) -> int:
    return (day - TIMELINE.first).days // 7


def test_weeks_end_with_the_data_and_begin_on_mondays() -> None:
    assert TIMELINE.first == date(2024, 6, 3)
    assert TIMELINE.first.weekday() == 0


def test_easter_falls_on_the_known_sundays() -> None:
    assert [easter(year) for year in (2024, 2025, 2026)] == [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5)]


def test_holidays_are_the_weeks_of_easter_and_of_the_turn_of_the_year() -> None:
    weeks = [k for k in range(108) if TIMELINE.holiday(k)]
    expected = {week_of(d) for d in (date(2024, 12, 24), date(2025, 1, 1), date(2025, 4, 20))}
    expected |= {week_of(d) for d in (date(2025, 12, 24), date(2026, 1, 1), date(2026, 4, 5))}
    assert set(weeks) == expected


def test_a_calendar_year_ends_in_the_week_that_holds_its_last_midnight() -> None:
    assert [k for k in range(108) if TIMELINE.new_year(k)] == [week_of(date(2024, 12, 31)), week_of(date(2025, 12, 31))]
    assert TIMELINE.year_end(0) == (date(2025, 1, 1) - TIMELINE.first).days


def test_competitor_advertises_in_its_region_and_weeks_only() -> None:
    assert TIMELINE.competitor(108 - 80).tolist() == [0, 1, 0, 0]
    assert TIMELINE.competitor(108 - 70).tolist() == [0, 0, 0, 0]
    assert TIMELINE.competitor(107).tolist() == [0, 0, 0, 1]


def test_local_noon_is_ten_utc_in_summer_and_eleven_in_winter() -> None:
    summer, winter = 0.5, float((date(2025, 1, 15) - TIMELINE.first).days) + 0.5
    times = TIMELINE.utc(np.array([summer, winter, np.nan]))
    assert list(times[:2]) == [pd.Timestamp("2024-06-03 10:00", tz="UTC"), pd.Timestamp("2025-01-15 11:00", tz="UTC")]
    assert times.isna().tolist() == [False, False, True]


def test_daytime_stays_on_the_day_and_between_seven_and_half_past_ten() -> None:
    at = daytime(np.random.default_rng(1), np.full(1000, 41.99))
    assert (np.floor(at) == 41).all()
    assert at.min() >= 41 + 7 / 24
    assert at.max() <= 41 + 22.5 / 24
