"""The example of docs/kernel.md: pointers for a customer without late arrivals, steps for one with."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from bleib.features.declaration import Events, Feature
from bleib.features.encode import as_arrow, encode
from bleib.features.engine import compute
from bleib.features.streams import STREAM

DAYS = pd.to_datetime(["2024-01-08", "2024-01-15", "2024-01-22"]).astype("datetime64[us]")
#       a     b     c     d     e     f     g     h
TIMES = ["05", "09", "10", "13", "16", "18", "20", "24"]
COUNT = Feature("n", "value", "", "events", "either", Events(("order",)), "count", window_days=10)
SHIFTED = Feature("s", "value", "", "events", "either", Events(("order",)), "count", window_days=7, offset_days=7)
TREND = Feature("t", "value", "", "events", "either", Events(("order",)), "trend", window_days=7)


def stream(known: dict[str, str] | None = None) -> pd.DataFrame:
    """The events of the picture; ``known`` gives some of them a later day of arrival."""
    frame = pd.DataFrame(
        {"customer_id": "a", "kind": "order", "occurred_at": [f"2024-01-{day} 12:00" for day in TIMES]}
    )
    late = {day: f"2024-01-{later} 12:00" for day, later in (known or {}).items()}
    frame["known_at"] = [late.get(day, f"2024-01-{day} 12:00") for day in TIMES]
    for column in ("occurred_at", "known_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True)
    return frame.reindex(columns=list(STREAM)).astype(STREAM)


def figures(feature: Feature, known: dict[str, str] | None = None) -> list[float]:
    snapshots = pd.DataFrame({"customer_id": "a", "as_of_date": DAYS}).astype({"customer_id": "str"})
    return compute(stream(known), snapshots, [feature], "UTC")[feature.name].tolist()


@pytest.mark.parametrize(("feature", "expected"), [(COUNT, [1, 4, 4]), (SHIFTED, [0, 1, 3]), (TREND, [1, 2, 0])])
def test_what_adds_up_is_the_difference_between_two_pointers(feature: Feature, expected: list[float]) -> None:
    assert figures(feature) == expected


def test_event_that_arrives_late_steps_up_at_its_own_entry() -> None:
    assert figures(COUNT, {"13": "16"}) == [1, 3, 4]
    assert figures(COUNT, {"13": "30"}) == [1, 3, 3]


def test_events_of_customers_who_are_not_asked_for_are_left_out() -> None:
    others = stream().assign(customer_id="b").astype({"customer_id": "str"})
    both = as_arrow(pd.concat([stream(), others], ignore_index=True))
    encoded = encode(both, pa.array(["a"]), "UTC")
    assert encoded.owner.tolist() == [0] * 8
    assert encoded.events.day.tolist() == [19727, 19731, 19732, 19735, 19738, 19740, 19742, 19746]
