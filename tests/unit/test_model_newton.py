"""Newton's method for a logistic regression on top of an offset, where the weights are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from bleib.model.newton import least_log_loss

THREE_OF_TEN = np.arange(10) < 3
LOGIT = -0.8472978603872036  # of .3
EVEN = np.ones(10)


def level(churned: np.ndarray, offset: np.ndarray, weights: np.ndarray = EVEN) -> float:
    """What is to be added to the ``offset`` where there is nothing but a level."""
    return float(least_log_loss(np.ones((len(churned), 1)), offset, churned, weights)[0])


@pytest.mark.parametrize("start", [0.0, 3.0, 30.0, -30.0])
def test_a_level_brings_the_scores_to_the_share_of_those_who_left(start: float) -> None:
    """Also from far away, where a whole step of Newton's leads farther still."""
    assert level(THREE_OF_TEN, np.full(10, start)) == pytest.approx(LOGIT - start, abs=1e-5)


def test_a_row_counts_as_its_weight_says_and_the_sum_of_the_weights_does_not_matter() -> None:
    weights = np.where(THREE_OF_TEN, 7.0, 3.0)  # so that both sides weigh the same
    assert level(THREE_OF_TEN, np.zeros(10), weights) == pytest.approx(0.0, abs=1e-7)
    assert level(THREE_OF_TEN, np.zeros(10), np.full(10, 50.0)) == pytest.approx(LOGIT, abs=1e-7)


def test_each_group_gets_the_level_of_its_own_outcomes() -> None:
    """Two groups of ten: three of the first left and eight of the second; ln(.8 ÷ .2) is 1.3863."""
    churned = np.r_[THREE_OF_TEN, np.arange(10) < 8]
    groups = np.repeat(np.eye(2), 10, axis=0)
    found = least_log_loss(groups, np.zeros(20), churned, np.ones(20))
    assert found == pytest.approx([LOGIT, 1.3862943611198908], abs=1e-7)


def test_a_slope_and_a_level_far_from_nought_are_found() -> None:
    """Scores of 100 and 101 are nearly one direction with the level; the line goes through both logits."""
    churned = np.r_[THREE_OF_TEN, np.arange(10) < 8]
    scores = np.repeat([100.0, 101.0], 10)
    slope, shift = least_log_loss(np.column_stack([scores, np.ones(20)]), np.zeros(20), churned, np.ones(20))
    assert slope == pytest.approx(2.2335922, abs=1e-5)  # 1.3863 + .8473
    assert slope * 100 + shift == pytest.approx(LOGIT, abs=1e-5)


def test_columns_that_are_one_share_its_weight() -> None:
    found = least_log_loss(np.ones((10, 2)), np.zeros(10), THREE_OF_TEN, EVEN)
    assert found == pytest.approx([LOGIT / 2, LOGIT / 2], abs=1e-7)


def test_what_differs_by_less_than_rounding_is_no_column_of_its_own() -> None:
    """The second column differs by 5e-7 and would tell most of the outcomes, if that were believed."""
    told = np.arange(10) < 4
    found = least_log_loss(np.column_stack([EVEN, EVEN + 5e-7 * told]), np.zeros(10), THREE_OF_TEN, EVEN)
    assert found == pytest.approx([LOGIT / 2, LOGIT / 2], abs=1e-5)


@pytest.mark.parametrize("unit", [1e-8, 1.0, 1e8])
def test_the_unit_of_a_column_does_not_matter(unit: float) -> None:
    (found,) = least_log_loss(np.full((10, 1), unit), np.zeros(10), THREE_OF_TEN, EVEN)
    assert found * unit == pytest.approx(LOGIT, abs=1e-7)


def test_a_column_that_tells_nothing_gets_nothing() -> None:
    found = least_log_loss(np.column_stack([np.zeros(10), np.ones(10)]), np.zeros(10), THREE_OF_TEN, EVEN)
    assert found == pytest.approx([0.0, LOGIT], abs=1e-7)
    assert least_log_loss(np.zeros((10, 1)), np.zeros(10), THREE_OF_TEN, EVEN).tolist() == [0.0]
    assert least_log_loss(np.empty((10, 0)), np.zeros(10), THREE_OF_TEN, EVEN).tolist() == []


def test_where_a_column_tells_all_there_is_an_end() -> None:
    """Where the next step gains less than the ridge of 1e-8 costs: 1 ÷ (1 + exp(x)) = 1e-8 · x."""
    sides = np.where(THREE_OF_TEN, 1.0, -1.0)[:, None]
    (found,) = least_log_loss(sides, np.zeros(10), THREE_OF_TEN, EVEN)
    assert found == pytest.approx(15.668, abs=0.002)
