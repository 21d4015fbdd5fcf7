"""Literal values on one small history; the random histories are in tests/properties."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

import worlds
from bleib import artifacts
from bleib.clock import day_number
from bleib.errors import DataError, SettingsError
from bleib.features.declaration import Events, Feature
from bleib.features.engine import _span, compute
from bleib.features.featurize import featurize
from bleib.features.streams import event_stream
from bleib.files import read_parquet, sha256
from bleib.settings import Churn, Company, ExtraFeature, Features
from bleib.stages import featurize as stage
from bleib.tables import CANONICAL

ORDERS = worlds.frame(
    CANONICAL["interactions"],
    [
        {"event_id": str(n), "customer_id": "0007",
        "occurred_at": pd.Timestamp(f"2024-{day} 10:00", tz="Europe/Berlin"),
         "kind": "order", "amount": amount, "known_at": known and pd.Timestamp(f"2024-{known}", tz="UTC")}
        for n, (day, amount, known) in enumerate(
            [("01-01", 10.1, None), ("01-11", -0.2, None), ("01-31", 5.0, None), ("02-10", 7.0, "02-20")]
        )
    ],
)  # fmt: skip


def rows(*days: str, customer: str = "0007") -> pd.DataFrame:
    return pd.DataFrame({"customer_id": customer, "as_of_date": list(days)}).astype(
        {"customer_id": "str", "as_of_date": "datetime64[us]"}
    )


def values(*days: str, tables: dict[str, pd.DataFrame] | None = None, customer: str = "0007") -> pd.DataFrame:
    found = featurize(
        tables or {"interactions": ORDERS},
        rows(*days, customer=customer),
        Company(time_zone="Europe/Berlin"),
        Churn(),
        Features(),
    )
    return found.frame.set_index("as_of_date")


def test_event_that_arrives_late_is_invisible_first_and_then_lies_in_the_windows_it_happened_in():
    counts = values("2024-02-15", "2024-02-21", "2024-03-09")["frequency_order_count_28"]
    assert list(counts) == [1.0, 2.0, 1.0]


def test_event_at_the_first_instant_of_a_window_is_in_it_and_one_at_the_as_of_date_is_not():
    edge = ORDERS.assign(occurred_at=ORDERS["occurred_at"].dt.normalize())  # 00:00 UTC = 01:00 in Berlin
    midnight = edge.assign(occurred_at=edge["occurred_at"] - pd.Timedelta(hours=1), known_at=edge["occurred_at"])
    found = values("2024-01-11", "2024-01-08", tables={"interactions": midnight})["frequency_order_count_7"]
    assert list(found) == [1.0, 0.0]


def test_sums_of_money_are_exact_and_silence_is_counted_from_the_hour():
    found = values("2024-02-05").iloc[0]
    assert found["value_spend_all"] == np.float32(14.9)
    assert found["recency_order_days"] == np.float32(4 + 14 / 24)


def test_gaps_are_those_between_days_of_activity():
    found = values("2024-02-10").iloc[0]
    assert (found["cadence_order_gap_median"], found["cadence_order_gap_q90"]) == (15.0, 19.0)
    assert found["cadence_order_elapsed_over_median"] == np.float32(10 / 15)
    assert found["cadence_order_renewal_28"] == np.float32((2 + 2) / (2 + 10))


def test_customer_without_any_event_has_counts_of_zero_and_no_days():
    found = values("2024-02-10", customer="nobody").iloc[0]
    assert found["frequency_order_count_91"] == 0.0
    assert found["value_spend_91"] == 0.0
    assert math.isnan(found["recency_order_days"])
    assert math.isnan(found["cadence_order_renewal_28"])


def test_ranks_share_ties_and_leave_out_the_undefined():
    snapshots = pd.concat([rows("2024-02-10", customer=name) for name in ("0007", "x", "y")])
    feature = Feature("days", "recency", "", "days", "up", Events(("order",)), "days_since_last")
    count = Feature("count", "frequency", "", "events", "down", Events(("order",)), "count")
    ranks = [
        Feature(f"{f.name}_rank", f.family, "", "share", "up", combine="rank", of=f.name) for f in (feature, count)
    ]
    found = compute(
        event_stream({"interactions": ORDERS}, Features()), snapshots, [feature, count, *ranks], "Europe/Berlin"
    )
    assert found["days_rank"].tolist()[0] == 0.5
    assert found["days_rank"].isna().tolist() == [False, True, True]
    assert found["count_rank"].tolist() == pytest.approx([5 / 6, 1 / 3, 1 / 3])


def test_feature_computed_from_one_that_is_not_declared_is_refused():
    rank = Feature("rank", "recency", "", "share", "up", combine="rank", of="days")
    with pytest.raises(ValueError, match="computed from days, which is not declared"):
        compute(event_stream({}, Features()), rows("2024-02-10"), [rank], "UTC")


def test_no_snapshots_is_a_fault_with_a_remedy():
    with pytest.raises(DataError, match=r"summary\.csv"):
        featurize({"interactions": ORDERS}, rows(), Company(), Churn(), Features())


def test_rows_are_exactly_the_snapshots_sorted():
    snapshots = pd.concat([rows("2024-03-01", "2024-02-01", customer="b"), rows("2024-02-01", customer="a")])
    frame = featurize({"interactions": ORDERS}, snapshots, Company(), Churn(), Features()).frame
    assert list(frame["customer_id"]) == ["a", "b", "b"]
    assert list(frame.dtypes.astype(str).unique()) == ["str", "datetime64[us]", "float32"]


BUCKETS = 3


def lay_out(folder, monkeypatch) -> list[str]:
    """Go into a folder with the tables of a tiny company; the customers."""
    monkeypatch.chdir(folder)
    tables = worlds.tiny_company(customers=8)
    for name, frame in tables.items():
        worlds.write_in_buckets(artifacts.TABLES.path / f"{name}.parquet", frame, BUCKETS)
    return list(tables["customers"]["customer_id"])


def test_stage_writes_a_dictionary_of_exactly_the_columns_and_the_same_bytes_twice(tmp_path, monkeypatch):
    ids = lay_out(tmp_path, monkeypatch)
    snapshots = pd.concat([rows("2024-09-01", "2024-12-01", customer=customer) for customer in ids])
    worlds.write_in_buckets(artifacts.SNAPSHOTS.path, snapshots.assign(outcome="open"), BUCKETS)
    extra = "extra: [{name: own_logins, family: engagement, meaning: logins, kinds: [login], window_days: 10}]"
    (tmp_path / "params.yaml").write_text(f"churn: {{kinds: [order]}}\nfeatures: {{{extra}}}\n")
    stage.main()
    first = [sha256(path) for path in (artifacts.FEATURES.path, artifacts.DICTIONARY.path)]
    written = pd.read_csv(artifacts.DICTIONARY.path)
    assert list(read_parquet(artifacts.FEATURES.path).columns[2:]) == list(written["name"])
    assert written["name"].iloc[-1] == "own_logins"
    assert list(written.columns) == [
        "name", "family", "meaning", "meaning_de", "unit", "direction", "source", "window_days", "reason_en",
        "reason_de", "for_model",
    ]  # fmt: skip
    stage.main()
    assert first == [sha256(path) for path in (artifacts.FEATURES.path, artifacts.DICTIONARY.path)]


def test_stage_makes_the_newest_date_alone_as_in_the_full_run(tmp_path, monkeypatch):
    gone, *ids = lay_out(tmp_path, monkeypatch)
    snapshots = pd.concat([rows("2024-09-01", "2024-12-01", customer=customer) for customer in ids])
    snapshots = pd.concat([snapshots, rows("2024-09-01", customer=gone)])
    worlds.write_in_buckets(artifacts.SNAPSHOTS.path, snapshots.assign(outcome="open"), BUCKETS)
    (tmp_path / "params.yaml").write_text("churn: {kinds: [order]}\n")
    stage.main()
    full = pd.read_parquet(artifacts.FEATURES.path)
    stage.main(newest=True)
    newest = pd.read_parquet(artifacts.FEATURES.path)
    assert newest["as_of_date"].unique().tolist() == [pd.Timestamp("2024-12-01")]
    wanted = full[full["as_of_date"] == "2024-12-01"].reset_index(drop=True)
    pd.testing.assert_frame_equal(newest, wanted, check_exact=True)


def test_own_feature_counts_what_it_says():
    extra = ExtraFeature(
        name="large", family="value", meaning="largest", kinds=["order"], aggregate="max", value="amount"
    )
    found = featurize({"interactions": ORDERS}, rows("2024-02-01"), Company(), Churn(), Features(extra=[extra]))
    assert found.frame["large"].iloc[0] == np.float32(10.1)


def own(name: str, **more: object) -> float:
    extra = ExtraFeature(name=name, family="frequency", meaning=name, kinds=["order"], **more)
    found = featurize({"interactions": DAILY}, rows("2024-02-11"), Company(), Churn(), Features(extra=[extra]))
    return float(found.frame[name].iloc[0])


DAILY = worlds.frame(
    CANONICAL["interactions"],
    [
        {"event_id": str(n), "customer_id": "0007", "occurred_at": f"2024-02-{n:02d}", "kind": "order"}
        for n in range(1, 11)
    ],
)


def test_own_window_reaches_to_the_day_before_the_as_of_date():
    assert own("three", window_days=3) == 3


def test_own_window_with_an_offset_ends_before_the_as_of_date():
    assert own("shifted", window_days=3, offset_days=8) == 2  # the orders of 1 and 2 February
    assert own("nth", aggregate="days_since_last", nth=4) == 4


def test_offset_of_an_aggregate_that_takes_none_is_refused():
    with pytest.raises(SettingsError, match="max takes no offset_days; only active, count, distinct_days, mean, sum"):
        own("late", aggregate="max", value="amount", offset_days=3)


@pytest.mark.parametrize("aggregate", ["gap_median", "elapsed_over_gap_q90", "days_until_next"])
def test_a_window_of_an_aggregate_that_looks_at_all_history_is_refused(aggregate: str) -> None:
    with pytest.raises(SettingsError, match=f"{aggregate} looks at all history and takes no window_days"):
        own("late", aggregate=aggregate, window_days=60)


def test_the_season_is_the_angle_of_the_year_for_everybody_and_needs_no_kinds() -> None:
    """On 1 January 1970 the angle is 0; a year later again, to the day."""
    own = [
        ExtraFeature(name=f"season_{name}", family="frequency", meaning="season", aggregate=f"season_{name}")
        for name in ("sin", "cos")
    ]
    snapshots = pd.concat([rows("2024-01-01", "2024-04-01"), rows("2024-07-02", customer="never seen")])
    found = featurize(
        {"interactions": ORDERS}, snapshots, Company(time_zone="Europe/Berlin"), Churn(), Features(extra=own)
    )
    frame = found.frame.set_index("as_of_date").sort_index()
    assert frame["season_sin"].tolist() == pytest.approx([0.0, 1.0, 0.0], abs=0.02)
    assert frame["season_cos"].tolist() == pytest.approx([1.0, 0.0, -1.0], abs=0.02)


def test_the_weights_of_decayed_counts_reach_as_far_as_events_lie_apart_after_the_newest_date() -> None:
    events = np.array([day_number(date(2020, 2, 1)), day_number(date(2022, 6, 1))])
    assert _span(events, date(2020, 3, 1)) == 851
    assert _span(events, date(2023, 6, 1)) == 1216
    assert _span(events[:0], date(2020, 3, 1)) == 0
