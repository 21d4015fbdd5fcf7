"""The search for settings: trials are judged on older forward folds, the best of them is proved on the newest one.

The newest fold is not seen before the proof, and the outcomes of the older ones are closed before its day. Settings
that are not surely better there, by the rule of ``model.selection``, are not taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd

from bleib.files import sha256
from bleib.model.candidates import CANDIDATES
from bleib.model.folds import Fold, closed_before_newest
from bleib.model.metrics import log_losses
from bleib.model.out_of_fold import OutOfFold, at_best
from bleib.model.rows import Rows
from bleib.model.scoring import BY_NAME
from bleib.model.selection import LEAST_PROBABILITY, Comparison, compare
from bleib.model.studies import Judged, Study
from bleib.model.task import Task, task_on
from bleib.model.tuned import Tuned, in_force
from bleib.settings import Churn, LightGbm, Search, Train

TOO_FEW = "the settings of params.yaml stay: too few training dates for a search; of {} forward folds none is closed "
TOO_FEW += "before the newest one, which is kept for the proof"
NO_USE = "the settings of params.yaml stay: the model that the data allow ({}) uses none of search.space"
NO_TIME = "the settings of params.yaml stay: search.minutes were over before a trial was"


@dataclass(frozen=True)
class SearchTask:
    """A task on whose ``older`` folds settings are judged, and on whose ``newest`` the best are proved.

    ``train``: the settings of params.yaml.
    """

    task: Task
    older: Sequence[Fold]
    newest: Fold
    train: Train

    def judge(self, found: Mapping[str, float]) -> Iterator[Judged]:
        """After each older fold how the ``found`` settings stand on all until then."""
        train, names = in_force(self.train, found), self.task.names
        models = self.task.fold_models(train)
        for fold in self.older:
            models.add(fold)
            scores = models.scores()
            losses = {name: self._loss(scores, name) for name in names}
            least = min(losses, key=lambda name: losses[name])
            yield Judged(losses[least], least, scores.trees)

    def prove(self, found: Mapping[str, float], judged: Judged, incumbent: Judged) -> Comparison:
        """The ``found`` settings beside those of params.yaml on the newest fold, each with its candidate and trees."""
        part = self.task.rows.take(self.newest.later)
        ours, theirs = self._newest_scores({}, incumbent), self._newest_scores(found, judged)
        return compare(part.churned, ours, theirs, part.key["customer_id"], part.dates, part.weights)

    def _newest_scores(self, found: Mapping[str, float], judged: Judged) -> np.ndarray:
        train, name = in_force(self.train, found), judged.candidate
        return at_best(self.task.rows, self.task.score(train, [name], judged.trees, [self.newest]), name)

    def _loss(self, scores: OutOfFold, name: str) -> float:
        part = self.task.rows.take(scores.rows)
        raw = at_best(self.task.rows, scores, name).mean(axis=1)
        return float(part.weights @ log_losses(part.churned, raw) / part.weights.sum())


def search(
    rows: Rows,
    train: Train,
    churn: Churn,
    asked: Search,
    database: Path,
    tell: Callable[[str], None],
    families: Mapping[str, str] = BY_NAME,
) -> Tuned:
    """Try settings for ``asked.minutes`` and prove the best; ``rows`` are those of the training dates.

    ``database``: SQLite file; a study of the same rows and settings in it goes on, else one begins. ``tell`` hears of
    every trial that is the best so far. DataError as in training, for features that are too good to be true.
    """
    end = monotonic() + 60 * asked.minutes
    task = task_on(rows, train, churn, families)
    older, space = closed_before_newest(task.folds, churn), _of_use(asked.space, task.names)
    if not older or not space:
        return Tuned(notes=(NO_USE.format(", ".join(task.names)) if older else TOO_FEW.format(len(task.folds)),))
    search_task = SearchTask(task, older, task.folds[-1], train)
    study = Study(database, fingerprint(search_task, churn, space), space, asked.seed)
    *_, incumbent = search_task.judge({})
    tell(f"search: {study.trials} trials so far; settings of params.yaml: log loss {incumbent.log_loss:.4f}")
    _try(study, search_task, asked.trials, end, tell)
    return _settled(study, search_task, incumbent)


def fingerprint(search_task: SearchTask, churn: Churn, space: dict[str, list[float]]) -> str:
    """The name of the study: another one for other rows, features or settings, and for other code of training."""
    rows, digest = search_task.task.rows, hashlib.sha256()
    for frame in (rows.key, rows.X):
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    digest.update(rows.churned.tobytes() + rows.weights.tobytes())
    code = sha256(*sorted(Path(__file__).parent.glob("*.py")))
    about = [list(rows.X), search_task.train.model_dump(), churn.model_dump(), space, code]
    digest.update(json.dumps(about, sort_keys=True).encode())
    return digest.hexdigest()[:16]


def uses(candidate: str, setting: str) -> bool:
    """Whether a setting makes a difference to the candidate; one that does not is not proved with it."""
    share = CANDIDATES[candidate].linear_share
    return share < 1 if setting in LightGbm.model_fields else share > 0


def _of_use(space: dict[str, list[float]], names: Sequence[str]) -> dict[str, list[float]]:
    return {setting: ends for setting, ends in space.items() if any(uses(name, setting) for name in names)}


def _try(study: Study, search_task: SearchTask, most: int | None, end: float, tell: Callable[[str], None]) -> None:
    """Trials until the time is over or there are enough; the one that runs at the end of the time is finished."""
    best = study.best
    while monotonic() < end and (most is None or study.trials < most):
        trial = study.attempt(search_task.judge, len(search_task.older))
        if trial and (best is None or trial.judged.log_loss < best.judged.log_loss):
            best = trial
            named = ", ".join(f"{name} {value}" for name, value in trial.settings.items())
            tell(f"search: trial {trial.number}: log loss {trial.judged.log_loss:.4f} with {named}")


def _settled(study: Study, search_task: SearchTask, incumbent: Judged) -> Tuned:
    best = study.best
    if best is None:
        return Tuned(trials=study.trials, pruned=study.pruned, notes=(NO_TIME,))
    judged = best.judged
    found = {name: value for name, value in best.settings.items() if uses(judged.candidate, name)}
    proof = search_task.prove(found, judged, incumbent) if judged.log_loss < incumbent.log_loss else None
    losses = {"params": round(incumbent.log_loss, 6), "best": round(judged.log_loss, 6)}
    return Tuned(
        settings=found if proof and proof.taken else {},
        trials=study.trials,
        pruned=study.pruned,
        log_loss=losses,
        proof=proof.plain() if proof else None,
        notes=(_verdict(study.trials, losses, proof),),
    )


def _verdict(trials: int, losses: dict[str, float], proof: Comparison | None) -> str:
    seen = f"log loss {losses['best']:.4f} on the older folds, with those of params.yaml {losses['params']:.4f}"
    if proof is None:
        return f"the settings of params.yaml stay: the best of {trials} trials is no better ({seen})"
    newest = f"on the newest fold a gain of {proof.gain:.4f} ± {proof.standard_error:.4f}"
    newest += f", better in {proof.probability_better:.0%} of the draws"
    if proof.taken:
        return f"the settings of the best of {trials} trials are used ({seen}; {newest})"
    needed = f"needed are {LEAST_PROBABILITY:.0%} and more than one standard error"
    return (
        f"the settings of params.yaml stay: the best of {trials} trials is not surely better "
        f"({seen}; {newest}; {needed})"
    )
