"""Exact contributions, mean over the seeds, summed by family, relative to peers.

LightGBM's ``pred_contrib`` is the exact path-dependent TreeSHAP (Lundberg et al., "From local explanations to global
understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020); ``shap.TreeExplainer`` without
background data calls the same. Contributions of the linear model are coefficient × distance from the training mean,
those of MBG/NBD its Shapley values (``model.rhythm``).
Nobody else checks that the contributions add up to the score, so it is checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from bleib.errors import DataError

TOLERANCE = 1e-6  # log-odds for scores up to 1, relative above; sums of doubles stay orders of magnitude below


class Explained(Protocol):
    """What is needed of a ``ChurnClassifier``."""

    @property
    def calibrator(self) -> Secant:
        """From the mean raw score of the seeds to the score."""

    def seed_scores(self, X: pd.DataFrame) -> np.ndarray:
        """Raw scores in log-odds, shape (n, seeds)."""

    def seed_contributions(self, X: pd.DataFrame) -> Iterable[np.ndarray]:
        """Per seed the contributions to its raw score with the base last, shape (n, f + 1)."""

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """The score in log-odds, shape (n,)."""


class Secant(Protocol):
    """What is needed of a ``Calibrator``."""

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """Calibrated log-odds."""

    def secant(self, raw: np.ndarray, base: float) -> np.ndarray:
        """What contributions to ``raw`` are multiplied by so that they add up after calibration, shape (n,)."""


@dataclass(frozen=True)
class Contributions:
    """Contributions in log-odds for n customers, f features, k families and s seeds.

    ``features`` (n, f): mean over the seeds. ``family_by_seed`` (s, n, k): sums of a family's features. ``base``: mean
    expected score. ``raw_score`` (n,): mean over the seeds = ``base`` + the sum of a row of ``features``. ``peer``
    (n,): whether the customer stands for the cohort, with whose mean everybody is compared.
    """

    feature_names: tuple[str, ...]
    feature_family: tuple[str, ...]
    families: tuple[str, ...]
    features: np.ndarray
    family_by_seed: np.ndarray
    base: float
    raw_score: np.ndarray
    peer: np.ndarray

    @property
    def family(self) -> np.ndarray:
        """Contribution of each family, mean over the seeds, shape (n, k)."""
        return self.family_by_seed.mean(axis=0)

    @property
    def relative(self) -> np.ndarray:
        """Contribution of each family less the peers' mean, shape (n, k): what sets the customer apart from them."""
        return self.family - self.family[self.peer].mean(axis=0)

    @property
    def feature_relative(self) -> np.ndarray:
        """Contribution of each feature less the peers' mean, shape (n, f)."""
        return self.features - self.features[self.peer].mean(axis=0)

    @property
    def agreement(self) -> np.ndarray:
        """Share of the seeds whose relative contribution has the sign of the mean one, shape (n, k), 0–1."""
        by_seed = self.family_by_seed - self.family_by_seed[:, self.peer].mean(axis=1, keepdims=True)
        return (np.sign(by_seed) == np.sign(self.relative)).mean(axis=0)


def explain(
    model: Explained, X: pd.DataFrame, family_of: dict[str, str], peer: np.ndarray | None = None
) -> Contributions:
    """Contributions to the score of ``model`` for the rows of ``X`` (float64, shape (n, f)).

    A calibrator stretches all contributions of a customer alike, by the slope between the base and his score, so they
    add up after it as before. ``family_of`` gives each column its family; ``peer`` (n,) as in Contributions, None: all.
    DataError without rows, for a feature without family, and where contributions do not add up to the score.
    """
    if len(X) == 0:
        raise DataError("no customer to explain: the newest cohort is empty; check clock.newest and churn.active_days")
    names = [str(name) for name in X.columns]
    feature_family = _families(names, family_of)
    families = tuple(dict.fromkeys(feature_family))
    member = np.array([[family == name for name in families] for family in feature_family], dtype=np.float64)
    raw_scores = model.seed_scores(X)
    total = np.zeros((len(X), len(names)))
    by_seed, bases = [], []
    for contributions, raw_score in zip(model.seed_contributions(X), raw_scores.T, strict=True):
        assert_additive(contributions.sum(axis=1), raw_score, "features")
        total += contributions[:, :-1]
        by_seed.append(contributions[:, :-1] @ member)
        bases.append(contributions[0, -1])
    base = float(np.mean(bases))
    stretch = model.calibrator.secant(raw_scores.mean(axis=1), base)[:, None]
    result = Contributions(
        feature_names=tuple(names),
        feature_family=feature_family,
        families=families,
        features=total / len(by_seed) * stretch,
        family_by_seed=np.stack(by_seed) * stretch,
        base=float(model.calibrator.apply(np.array([base]))[0]),
        raw_score=model.decision_function(X),
        peer=np.ones(len(X), dtype=bool) if peer is None else peer,
    )
    assert_additive(result.family.sum(axis=1) + result.base, result.raw_score, "families")
    return result


def assert_additive(total: np.ndarray, raw_score: np.ndarray, what: str) -> None:
    """DataError if ``total`` and ``raw_score``, both (n,) in log-odds, differ by more than rounding."""
    gap = np.abs(total - raw_score)
    limit = TOLERANCE * np.maximum(1.0, np.abs(raw_score))
    if not (gap <= limit).all():
        raise DataError(
            f"the contributions of the {what} do not add up to the score: largest gap {gap.max():.3g} log-odds in "
            f"{int((~(gap <= limit)).sum())} of {len(gap)} customers; the explained trees are not those that scored. "
            "Run score and explain again with the same model"
        )


def family_table(contributions: Contributions, snapshots: pd.DataFrame) -> pd.DataFrame:
    """One row a customer and family in the columns of ``artifacts.CONTRIBUTIONS``.

    ``snapshots`` holds customer_id and as_of_date of the explained rows, in their order.
    """
    n, k = contributions.family.shape
    return pd.DataFrame(
        {
            "customer_id": np.repeat(snapshots["customer_id"].to_numpy(), k),
            "as_of_date": np.repeat(snapshots["as_of_date"].to_numpy(), k),
            "family": np.tile(np.array(contributions.families, dtype=object), n),
            "contribution": contributions.family.ravel(),
            "relative": contributions.relative.ravel(),
            "agreement": contributions.agreement.ravel(),
            "peer": np.repeat(contributions.peer, k),
        }
    ).astype({"customer_id": "str", "family": "str"})


def importance_table(contributions: Contributions) -> pd.DataFrame:
    """One row a feature, largest first: feature, family, mean_absolute_contribution of the peers (log-odds)."""
    frame = pd.DataFrame(
        {
            "feature": contributions.feature_names,
            "family": contributions.feature_family,
            "mean_absolute_contribution": np.abs(contributions.features[contributions.peer]).mean(axis=0),
        }
    )
    return frame.sort_values(["mean_absolute_contribution", "feature"], ascending=[False, True], ignore_index=True)


def _families(names: Sequence[str], family_of: dict[str, str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in family_of]
    if unknown:
        raise DataError(
            f"the model uses features without an entry in the dictionary: {', '.join(unknown[:5])}; "
            "it was trained on other features, train it again"
        )
    return tuple(family_of[name] for name in names)
