"""The kernel agrees with the plain reference on every feature, on random and on nasty histories."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bleib.features.catalogue import catalogue
from bleib.features.declaration import Aggregate, Events, Feature
from bleib.features.engine import compute
from bleib.features.inventory import everything
from bleib.features.plan import NEED_DAYS, OF_VALUE, SHIFTABLE
from bleib.features.streams import KINDS, STREAM
from bleib.settings import Features
from reference.features_reference import reference

# Leap day, the days on which the clocks change in Berlin and New York, and neighbours; days of windows of 7 and 28.
DAYS = ["2023-12-31", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-10", "2024-03-30", "2024-03-31", "2024-04-01",
        "2024-04-28", "2024-10-27", "2024-10-28", "2024-11-03", "2024-11-24", "2025-03-02"]  # fmt: skip
AS_OF = ["2024-03-01", "2024-03-31", "2024-04-01", "2024-04-28", "2024-10-28", "2024-11-24", "2025-03-01"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]
HOUR = 3_600_000_000

SELECTIONS = (Events(("order", "login")), Events(("order",), channels=("web",)), Events(("return",), topics=("x", "y")))


def grid_of_features() -> list[Feature]:
    """Every aggregate over several selections and windows; the second nth reads quantities instead of amounts."""
    return [
        Feature(
            f"grid_{aggregate}_{place}_{window}_{offset}_{nth}", "value", "", "events", "either", events, aggregate,
            ("amount" if nth == 1 else "quantity") if aggregate in OF_VALUE else "", window, offset, nth,
        )
        for aggregate in get_args(Aggregate)
        for place, events in enumerate(SELECTIONS)
        for window in ((28, 1) if aggregate in NEED_DAYS else (28, 1, 0))
        for offset in ((0, 1, 28) if aggregate in SHIFTABLE else (0,))
        for nth in (1, 2)
    ]  # fmt: skip


GRID = grid_of_features()
CATALOGUE = catalogue(everything(), Features())
DECLARATIONS = {"catalogue": CATALOGUE, "every aggregate": GRID}

kinds = st.sampled_from(["order", "order", "login", "return", "price_increase", "points_expiry", *KINDS])
delays = st.sampled_from([0, 0, 0, 1, HOUR, 24 * HOUR, 5 * 24 * HOUR, 40 * 24 * HOUR])
event = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(["a", "b", "0007"]),
        "kind": kinds,
        "day": st.sampled_from(DAYS),
        # exactly at, just before and just after a local midnight, some hours of the day, ties
        "offset": st.sampled_from([0, -1, 1, 0, 2 * HOUR, 3 * HOUR, 23 * HOUR]),
        "delay": delays,
        "announced": st.booleans(),
        "lasts": st.sampled_from([None, 0, HOUR, 30 * 24 * HOUR]),
        "amount": st.sampled_from([None, -5.25, 0.0, 1.1, 19.9999, 120000.01]),
        "quantity": st.sampled_from([None, 1.0, 3.0]),
        "channel": st.sampled_from([None, "web", "phone"]),
        "topic": st.sampled_from([None, "x", "y", "z"]),
    }
)


def stream_of(events: list[dict[str, object]], zone: str) -> pd.DataFrame:
    rows = [_row(e, zone) for e in events]
    return pd.DataFrame(rows, columns=list(STREAM)).astype(STREAM)


def _row(e: dict, zone: str) -> dict[str, object]:
    at = pd.Timestamp(e["day"]).tz_localize(zone).tz_convert("UTC") + pd.Timedelta(microseconds=e["offset"])
    ahead = e["announced"] and e["kind"] in ("contract_renewal", "points_expiry", "payment_due", "price_increase")
    known = at - pd.Timedelta(days=35) if ahead else at + pd.Timedelta(microseconds=e["delay"])
    ends = None if e["lasts"] is None else at + pd.Timedelta(microseconds=e["lasts"])
    return {**{k: e[k] for k in STREAM if k in e}, "occurred_at": at, "known_at": known, "ends_at": ends}


def grid(ids: list[str], days: list[str]) -> pd.DataFrame:
    frame = pd.MultiIndex.from_product([ids, days], names=["customer_id", "as_of_date"]).to_frame(index=False)
    return frame.astype({"customer_id": "str", "as_of_date": "datetime64[us]"})


SNAPSHOTS = grid(["0007", "a", "b", "never seen"], AS_OF)


@pytest.mark.parametrize("which", DECLARATIONS)
@given(events=st.lists(event, max_size=60), zone=st.sampled_from(ZONES))
@settings(max_examples=25, deadline=None)
def test_kernel_agrees_with_the_plain_reference(which, events, zone):
    stream, declarations = stream_of(events, zone), DECLARATIONS[which]
    expected = reference(stream, SNAPSHOTS, declarations, zone)
    pd.testing.assert_frame_equal(compute(stream, SNAPSHOTS, declarations, zone), expected, rtol=2e-6, atol=1e-6)


def test_kernel_agrees_on_a_customer_with_thousands_of_events():
    rng = np.random.default_rng(3)
    start = pd.Timestamp("2024-01-01", tz="UTC").value // 1000
    times = pd.Series(pd.to_datetime(start + np.sort(rng.integers(0, 400 * 24 * HOUR, 3000)), unit="us", utc=True))
    late = pd.to_timedelta(np.where(rng.random(3000) < 0.05, rng.integers(0, 20 * 24, 3000), 0), unit="h")
    stream = pd.DataFrame({"customer_id": "a", "kind": "order", "occurred_at": times, "known_at": times + late,
                           "amount": rng.integers(-500, 9000,
                           3000) / 100}).reindex(columns=list(STREAM)).astype(STREAM)  # fmt: skip
    snapshots = grid(["a"], AS_OF)
    expected = reference(stream, snapshots, GRID, "Europe/Berlin")
    found = compute(stream, snapshots, GRID, "Europe/Berlin")
    pd.testing.assert_frame_equal(found, expected, rtol=2e-6, atol=1e-6)


@given(events=st.lists(event, max_size=40), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_order_of_rows_changes_no_byte(events, seed):
    stream = stream_of(events, "Europe/Berlin")
    plain = compute(stream, SNAPSHOTS, CATALOGUE, "Europe/Berlin")
    mixed = compute(
        stream.sample(frac=1, random_state=seed), SNAPSHOTS.sample(frac=1, random_state=seed), CATALOGUE,
        "Europe/Berlin",
    )  # fmt: skip
    assert list(mixed["customer_id"]) == list(plain["customer_id"])
    assert mixed.iloc[:, 2:].to_numpy().tobytes() == plain.iloc[:, 2:].to_numpy().tobytes()


@given(events=st.lists(event, max_size=40))
@settings(max_examples=20, deadline=None)
def test_other_as_of_dates_and_other_names_of_customers_change_no_byte(events):
    stream = stream_of(events, "Europe/Berlin")
    unranked = [f for f in CATALOGUE if f.combine != "rank"]
    everywhere = compute(stream, SNAPSHOTS, unranked, "Europe/Berlin")
    names = {"0007": "x1", "a": "x2", "b": "x3", "never seen": "x4"}
    for day in AS_OF:
        then = SNAPSHOTS[SNAPSHOTS["as_of_date"] == day]
        renamed = [frame.assign(customer_id=frame["customer_id"].map(names).astype("str")) for frame in (stream, then)]
        alone = compute(*renamed, unranked, "Europe/Berlin")
        expected = everywhere[everywhere["as_of_date"] == day]
        assert alone.iloc[:, 2:].to_numpy().tobytes() == expected.iloc[:, 2:].to_numpy().tobytes()


def test_every_feature_of_the_grid_has_a_name_of_its_own():
    assert len({feature.name for feature in GRID}) == len(GRID)
