"""Relations that hold for any scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from bleib.model import metrics
from bleib.model.metrics import Ranking

ROW = st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 3))
ROWS = st.lists(ROW, min_size=4, max_size=40).filter(
    lambda rows: {churned for _, churned, weight in rows if weight} == {True, False}
)


def unpack(rows):  # type: ignore[no-untyped-def]
    scores, churned, weights = (np.array(column) for column in zip(*rows, strict=True))
    return scores.astype(float), churned.astype(bool), weights.astype(float)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_ranking_figures_equal_those_of_scikit_learn(rows) -> None:  # type: ignore[no-untyped-def]
    scores, churned, weights = unpack(rows)
    groups = Ranking.of(scores).groups(churned, weights)
    assert metrics.auroc(*groups) == pytest.approx(roc_auc_score(churned, scores, sample_weight=weights))
    expected = average_precision_score(churned, scores, sample_weight=weights)
    assert metrics.average_precision(*groups) == pytest.approx(expected)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_a_weight_of_two_is_the_same_as_the_row_twice(rows) -> None:  # type: ignore[no-untyped-def]
    scores, churned, weights = unpack(rows)
    times = weights.astype(int)
    twice = np.repeat(scores, times), np.repeat(churned, times)
    by_weight = metrics.ranking_figures([Ranking.of(scores).groups(churned, weights)], 3)
    by_rows = metrics.ranking_figures([Ranking.of(twice[0]).groups(twice[1], np.ones(times.sum()))], 3)
    assert by_weight == pytest.approx(by_rows)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_turning_the_ranking_round_mirrors_auroc(rows) -> None:  # type: ignore[no-untyped-def]
    scores, churned, weights = unpack(rows)
    there = metrics.auroc(*Ranking.of(scores).groups(churned, weights))
    assert there + metrics.auroc(*Ranking.of(-scores).groups(churned, weights)) == pytest.approx(1.0)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_a_longer_list_never_holds_fewer_churners(rows) -> None:  # type: ignore[no-untyped-def]
    scores, churned, weights = unpack(rows)
    groups = Ranking.of(scores).groups(churned, weights)
    hits = [metrics.expected_hits(*groups, places) for places in range(len(rows) * 3)]
    assert np.all(np.diff(hits) >= -1e-9)
    assert hits[0] == 0


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_losses_equal_those_of_scikit_learn(rows) -> None:  # type: ignore[no-untyped-def]
    scores, churned, weights = unpack(rows)
    raw = scores - 3
    got = metrics.probability_figures(churned, raw, weights)
    predicted = metrics.probabilities(raw)
    assert got["log_loss"] == pytest.approx(log_loss(churned, predicted, sample_weight=weights))
    assert got["brier"] == pytest.approx(brier_score_loss(churned, predicted, sample_weight=weights))


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_after_the_best_shift_as_many_leave_as_expected(rows) -> None:  # type: ignore[no-untyped-def]
    scores, churned, weights = unpack(rows)
    raw = (scores - 3) / 2
    shifted = metrics.probabilities(raw + metrics.best_intercept(churned, raw, weights))
    assert weights @ shifted == pytest.approx(weights @ churned, rel=1e-6)
