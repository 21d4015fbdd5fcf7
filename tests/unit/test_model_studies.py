"""A study of settings: it goes on where it ended, and what falls behind is given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bleib.model.studies import Judged, Study

SPACE = {"num_leaves": [2, 40], "learning_rate": [0.01, 0.2], "subsample": [0.5, 1.0]}


def by_leaves(settings: dict[str, float]) -> Iterator[Judged]:
    """The more leaves, the better, on both folds."""
    for _ in range(2):
        yield Judged(1 / settings["num_leaves"], "boosters", 12)


def settings_tried(database: Path, pieces: list[int]) -> list[dict[str, float]]:
    """The settings of so many trials, each piece in a run of its own."""
    found = []
    for count in pieces:
        study = Study(database, "one", SPACE, seed=7)
        tried = [study.attempt(by_leaves, folds=1) for _ in range(count)]
        found += [trial.settings for trial in tried if trial]
    return found


def test_a_search_in_pieces_tries_what_one_at_a_stretch_tries(tmp_path: Path) -> None:
    whole = settings_tried(tmp_path / "a.db", [14])
    assert settings_tried(tmp_path / "b.db", [3, 9, 2]) == whole
    assert len({tuple(settings.values()) for settings in whole}) == 14
    assert Study(tmp_path / "b.db", "one", SPACE, seed=7).trials == 14


def test_the_best_trial_is_kept_with_what_it_came_to(tmp_path: Path) -> None:
    tried = settings_tried(tmp_path / "a.db", [5])
    best = Study(tmp_path / "a.db", "one", SPACE, seed=7).best
    assert best is not None
    most = max(int(settings["num_leaves"]) for settings in tried)
    assert (best.settings["num_leaves"], best.judged) == (most, Judged(1 / most, "boosters", 12))
    assert tried[best.number - 1] == best.settings


def test_settings_lie_in_their_ranges_whole_where_they_must_be(tmp_path: Path) -> None:
    for settings in settings_tried(tmp_path / "a.db", [20]):
        assert isinstance(settings["num_leaves"], int)
        assert all(low <= settings[name] <= high for name, (low, high) in SPACE.items())
        assert float(f"{settings['learning_rate']:.4g}") == settings["learning_rate"]


def test_a_study_of_another_name_begins_anew(tmp_path: Path) -> None:
    settings_tried(tmp_path / "a.db", [2])
    other = Study(tmp_path / "a.db", "two", SPACE, seed=7)
    assert (other.trials, other.best) == (0, None)


def test_a_trial_that_falls_behind_the_others_is_given_up_before_its_last_fold(tmp_path: Path) -> None:
    study, asked = Study(tmp_path / "a.db", "one", SPACE, seed=7), []

    def judge(settings: dict[str, float]) -> Iterator[Judged]:
        for _ in range(2):
            asked.append(settings)
            yield Judged(0.4 if study.trials < 6 else 0.9, "boosters", 12)

    tried = [study.attempt(judge, folds=2) for _ in range(7)]
    assert [trial is None for trial in tried] == [False] * 6 + [True]
    assert len(asked) == 6 * 2 + 1
    assert (study.trials, study.pruned) == (7, 1)


def test_a_trial_that_was_interrupted_does_not_count_and_is_not_repeated(tmp_path: Path) -> None:
    def interrupted(settings: dict[str, float]) -> Iterator[Judged]:
        raise KeyboardInterrupt

    study = Study(tmp_path / "a.db", "one", SPACE, seed=7)
    with pytest.raises(KeyboardInterrupt):
        study.attempt(interrupted, folds=2)
    trial = Study(tmp_path / "a.db", "one", SPACE, seed=7).attempt(by_leaves, folds=2)
    assert trial is not None
    assert (trial.number, study.trials) == (2, 1)
