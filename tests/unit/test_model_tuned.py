"""The settings in force: those of params.yaml, or those that a search found."""

from __future__ import annotations

import pytest

from bleib.model.tuned import NOT_SEARCHED, Tuned, in_force
from bleib.settings import LightGbm, Train

TRAIN = Train(linear_penalty=0.2, untuned_trees=17, lightgbm=LightGbm(num_leaves=5, n_estimators=90))


def test_found_settings_go_before_those_of_params_and_leave_the_others() -> None:
    train = in_force(TRAIN, {"num_leaves": 31, "linear_penalty": 0.7})
    assert (train.lightgbm.num_leaves, train.linear_penalty) == (31, 0.7)
    assert (train.lightgbm.n_estimators, train.untuned_trees) == (90, 17)


def test_without_found_settings_those_of_params_hold() -> None:
    assert in_force(TRAIN, {}) == TRAIN


def test_illegal_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="num_leaves"):
        in_force(TRAIN, {"num_leaves": 1})


@pytest.mark.parametrize("tuned", [NOT_SEARCHED, Tuned({"num_leaves": 3}, 4, 1, {"best": 0.5}, {"gain": 0.1}, ("a",))])
def test_plain_is_read_back(tuned: Tuned) -> None:
    assert Tuned.of_plain(tuned.plain()) == tuned
