"""Features and labels meet by customer and date; the segment is the one of the day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import model_worlds
import worlds
from bleib.errors import DataError
from bleib.model.classifier import ChurnClassifier
from bleib.model.rows import KEY, cohort_rows, labelled_rows
from bleib.model.scoring import score, segments_at
from bleib.tables import CANONICAL

A, B = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")
SNAPSHOTS = model_worlds.snapshots_of(
    {"2024-01-01": ["churned", "competing", "stayed", "left_in_lead"], "2024-02-01": ["open", "open"]}
)
FEATURES = SNAPSHOTS[["customer_id", "as_of_date"]].assign(x=pd.array([0, 1, 2, 3, 4, 5], dtype="float32"))


def test_only_churned_and_stayed_snapshots_of_the_asked_dates_have_a_label() -> None:
    got = labelled_rows(FEATURES, SNAPSHOTS, [A, B])
    found = dict(zip(got.key["customer_id"], zip(got.churned.tolist(), got.X["x"].tolist(), strict=True), strict=True))
    assert found == {"00000": (True, 0.0), "00002": (False, 2.0)}


def test_the_order_of_the_rows_in_the_files_does_not_matter() -> None:
    shuffled = labelled_rows(FEATURES.sample(frac=1, random_state=1), SNAPSHOTS.sample(frac=1, random_state=2), [A])
    assert shuffled.X.equals(labelled_rows(FEATURES, SNAPSHOTS, [A]).X)


def test_new_ids_leave_the_rows_in_their_order() -> None:
    features, snapshots = model_worlds.company(customers=60, dates=4, open_dates=1)
    numbers = [name for name in features if name not in KEY]
    features[numbers] = (features[numbers] > features[numbers].mean()).astype("float32")  # many rows are alike
    dates = list(snapshots["as_of_date"].unique())
    before, after = (
        labelled_rows(*frames, dates) for frames in ((features, snapshots), model_worlds.renamed(features, snapshots))
    )
    assert after.X.equals(before.X)
    assert after.churned.tolist() == before.churned.tolist()
    of_customer = [rows.X.groupby(rows.key["customer_id"].to_numpy(), sort=False).sum() for rows in (before, after)]
    assert of_customer[0].to_numpy().tolist() == of_customer[1].to_numpy().tolist()


def test_rows_of_a_date_are_not_in_the_order_of_their_outcome() -> None:
    """The newest rows are a sample for some guards; nothing tells of the main activity here, or nearly nothing."""
    features, snapshots = model_worlds.company(customers=2000, dates=4, open_dates=1)
    without = features[["customer_id", "as_of_date", "drift"]]
    never = features.assign(recency_order_days=np.nan, onboarding_order_first_days=np.nan, frequency_order_count_all=0)
    for known in (without, never):
        churned = labelled_rows(known, snapshots, [A]).churned
        assert churned[:1000].mean() == pytest.approx(churned[1000:].mean(), abs=0.06)


def test_another_feature_leaves_the_rows_in_their_order_where_the_main_activity_tells_them_apart() -> None:
    features, snapshots = model_worlds.company(customers=60, dates=4, open_dates=1)
    dates = list(snapshots["as_of_date"].unique())
    more = labelled_rows(features.assign(further=np.arange(len(features), dtype="float32")), snapshots, dates)
    assert more.key.equals(labelled_rows(features, snapshots, dates).key)


def test_a_feature_of_one_value_leaves_the_rows_in_their_order_also_where_many_are_alike() -> None:
    features, snapshots = model_worlds.company(customers=60, dates=4, open_dates=1)
    known = features[KEY].assign(value_high=(features["drift"] > 0).astype("float32"))
    dates = list(snapshots["as_of_date"].unique())
    more = labelled_rows(known.assign(value_none=np.float32(np.nan), value_one=np.float32(1)), snapshots, dates)
    assert more.key.equals(labelled_rows(known, snapshots, dates).key)


def test_without_a_date_there_are_no_rows() -> None:
    assert len(labelled_rows(FEATURES, SNAPSHOTS, []).churned) == 0


def test_the_cohort_to_score_has_everybody_labelled_or_not() -> None:
    assert cohort_rows(FEATURES, SNAPSHOTS, A).X["x"].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert cohort_rows(FEATURES, SNAPSHOTS, B).X["x"].tolist() == [4.0, 5.0]


def test_a_snapshot_without_features_is_an_error_that_names_the_customer() -> None:
    with pytest.raises(DataError, match=r"1 of 2 snapshots have none, for example customer 00002"):
        labelled_rows(FEATURES.drop(index=2), SNAPSHOTS, [A])


def test_scoring_takes_the_features_by_name_and_refuses_to_go_without_one() -> None:
    features, snapshots = model_worlds.company(customers=60, dates=4)
    known = labelled_rows(features, snapshots, [A])
    model = ChurnClassifier(seeds=(1,), n_estimators=5).fit(known.X, known.churned)
    newest = cohort_rows(features[list(reversed(features.columns))], snapshots, snapshots["as_of_date"].max())
    got = score(model, newest)
    assert list(got.columns) == ["customer_id", "as_of_date", "raw_score", "churn_probability"]
    assert got["churn_probability"].between(0, 1).all()
    with pytest.raises(DataError, match="1 features that are missing now, for example drift"):
        score(model, cohort_rows(features.drop(columns="drift"), snapshots, A))


def test_the_segment_is_the_one_that_was_valid_at_the_as_of_date() -> None:
    customers = worlds.frame(
        CANONICAL["customers"],
        [
            {"customer_id": "a", "valid_from": "2023-01-01T00:00Z", "segment": "private"},
            {"customer_id": "a", "valid_from": "2024-01-15T00:00Z", "segment": "business"},
            {"customer_id": "b", "valid_from": None, "segment": "private"},
            {"customer_id": "c", "valid_from": "2024-06-01T00:00Z", "segment": "private"},
        ],
    )
    key = pd.DataFrame({"customer_id": ["a", "b", "c", "a"], "as_of_date": [A, A, A, B]})
    key = key.astype({"customer_id": "str", "as_of_date": "datetime64[us]"})
    got = segments_at(key, customers, "segment", "Europe/Berlin")
    assert got.fillna("none").tolist() == ["private", "private", "none", "business"]
