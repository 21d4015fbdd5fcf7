from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from bleib.demo import parameters as p
from bleib.demo.hazard import linear_parts, probability
from bleib.demo.observation import WRONG_YEARS_DAYS, FaultLog, plant
from bleib.demo.timeline import Timeline

few = settings(deadline=None, max_examples=30)


@few
@given(st.integers(1, 3000), st.integers(0, 2**32 - 1))
def test_planting_adds_only_the_second_deliveries_and_changes_only_the_logged_rows(rows: int, seed: int) -> None:
    clean = pd.DataFrame({"writer": np.arange(rows), "at": np.arange(rows) / 10, "other": 1})
    log = FaultLog()
    found = plant(clean, "a.csv", np.random.default_rng(seed), log)
    count = log.frame().set_index("fault")["rows"].to_dict()
    assert len(found) == rows + count["duplicate"]
    assert found.duplicated().sum() == count["duplicate"]
    assert (found["writer"] == -1).sum() == count["missing_id"]
    assert (found["at"] >= WRONG_YEARS_DAYS).sum() == count["future"]
    assert (found["other"] == 1).all()


@few
@given(st.floats(-5, 5), st.floats(0.01, 3), st.sampled_from(p.COEFFICIENTS))
def test_raising_a_driver_moves_the_hazard_in_the_direction_of_its_coefficient(
    start: float, rise: float, coefficient: p.Coefficient
) -> None:
    drivers = {name: np.zeros(2) for name in p.coefficients()}
    drivers[coefficient.name] = np.array([start, start + rise])
    parts = linear_parts(drivers, p.coefficients())
    low, high = probability(p.INTERCEPT + sum(parts.values(), np.zeros(2)))
    assert (high > low) == (coefficient.value > 0)


@few
@given(st.floats(0, 700), st.integers(30, 120))
def test_utc_times_show_the_wall_clock_again_outside_the_missing_hour(day: float, weeks: int) -> None:
    timeline = Timeline(date(2026, 6, 29), weeks)
    wall = timeline.wall(np.array([day]))
    shown = timeline.utc(np.array([day])).dt.tz_convert("Europe/Berlin").dt.tz_localize(None)
    moved = (shown - wall).dt.total_seconds().iloc[0]
    assert moved == 0 or (0 < moved <= 3600 and wall.dt.hour.iloc[0] == 2)


@few
@given(st.integers(0, 200))
def test_share_of_the_year_stays_between_minus_one_and_one(week: int) -> None:
    assert -1 <= Timeline(date(2026, 6, 29), 220).season(week) <= 1
