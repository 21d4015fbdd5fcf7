"""Optuna: the only module that knows it.

A study lies in an SQLite file and goes on where it ended. Every trial draws with a sampler seeded by its number, so
that a search in pieces tries what one at a stretch would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bleib.settings import LightGbm

WIDE = 10.0  # ranges that span this factor are searched on a log scale
DIGITS = 4  # of a setting: more say nothing, and nobody wants to read them
JUDGED = "judged"  # attribute of a trial


@dataclass(frozen=True)
class Judged:
    """What settings came to: log loss (mean over folds, at the best level and spread) of the best candidate; trees."""

    log_loss: float
    candidate: str
    trees: int


@dataclass(frozen=True)
class Trial:
    """Settings that were judged on all folds; ``number``: the how manieth of the study, from 1."""

    number: int
    settings: dict[str, float]
    judged: Judged


class Study:
    """Trials of settings in ``space`` (lowest and highest value by name), the least log loss wins."""

    def __init__(self, database: Path, name: str, space: Mapping[str, list[float]], seed: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._seed = seed
        self._ranges = {setting: _range(setting, *ends) for setting, ends in space.items()}
        self._study = optuna.create_study(
            storage=f"sqlite:///{database}",
            study_name=name,
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(),
        )

    @property
    def trials(self) -> int:
        """How many came to an end in this run and in earlier ones; one that was interrupted does not count."""
        return len(self._ended("COMPLETE", "PRUNED"))

    @property
    def pruned(self) -> int:
        """How many of them were given up because they fell behind the median of the others."""
        return len(self._ended("PRUNED"))

    @property
    def best(self) -> Trial | None:
        """The one with the least log loss; None where none was judged on all folds."""
        found = min(self._ended("COMPLETE"), key=lambda trial: trial.value, default=None)
        return None if found is None else _trial(found, Judged(**found.user_attrs[JUDGED]))

    def attempt(self, judge: Callable[[dict[str, float]], Iterator[Judged]], folds: int) -> Trial | None:
        """One more trial, None where it was given up; ``judge`` says after each of the ``folds`` how it stands."""
        from optuna.samplers import TPESampler

        self._study.sampler = TPESampler(seed=self._seed + len(self._study.trials))
        asked = self._study.ask(self._ranges)
        for step, judged in enumerate(judge(_settings(asked.params)), start=1):
            asked.report(judged.log_loss, step)
            if step < folds and asked.should_prune():
                self._study.tell(asked, state=_state("PRUNED"))
                return None
        asked.set_user_attr(JUDGED, vars(judged))
        self._study.tell(asked, judged.log_loss)
        return _trial(asked, judged)

    def _ended(self, *states: str) -> list[Any]:
        return self._study.get_trials(deepcopy=False, states=tuple(_state(name) for name in states))


def _trial(found: Any, judged: Judged) -> Trial:
    return Trial(found.number + 1, _settings(found.params), judged)


def _state(name: str) -> Any:
    from optuna.trial import TrialState

    return TrialState[name]


def _range(name: str, low: float, high: float) -> Any:
    from optuna.distributions import FloatDistribution, IntDistribution

    log = low > 0 and high >= WIDE * low
    return IntDistribution(int(low), int(high), log=log) if _whole(name) else FloatDistribution(low, high, log=log)


def _settings(drawn: Mapping[str, float]) -> dict[str, float]:
    return {name: value if _whole(name) else float(f"{value:.{DIGITS}g}") for name, value in drawn.items()}


def _whole(name: str) -> bool:
    return name in LightGbm.model_fields and LightGbm.model_fields[name].annotation is int
