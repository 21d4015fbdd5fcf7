"""Exact tree contributions, mean over the seeds, summed by family, relative to peers.

LightGBM's ``pred_contrib`` is the exact path-dependent TreeSHAP (Lundberg et al., "From local explanations to global
understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020); ``shap.TreeExplainer`` without
background data calls the same. Neither checks that the contributions add up to the score, so it is checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from bleib.errors import DataError

TOLERANCE = 1e-6  # log-odds for scores up to 1, relative above; sums of doubles stay orders of magnitude below


class Booster(Protocol):
    """What is needed of a ``lightgbm.Booster``."""

    def predict(self, data: np.ndarray, *, raw_score: bool = ..., pred_contrib: bool = ...) -> Any:
        """Raw scores, shape (n,), or contributions with the base value last, shape (n, f + 1)."""


@dataclass(frozen=True)
class Contributions:
    """Contributions in log-odds for n customers, f features, k families and s seeds.

    ``features`` (n, f): mean over the seeds. ``family_by_seed`` (s, n, k): sums of a family's features. ``base``: mean
    expected score. ``raw_score`` (n,): mean over the seeds = ``base`` + the sum of a row of ``features``.
    """

    feature_names: tuple[str, ...]
    feature_family: tuple[str, ...]
    families: tuple[str, ...]
    features: np.ndarray
    family_by_seed: np.ndarray
    base: float
    raw_score: np.ndarray

    @property
    def family(self) -> np.ndarray:
        """Contribution of each family, mean over the seeds, shape (n, k)."""
        return self.family_by_seed.mean(axis=0)

    @property
    def relative(self) -> np.ndarray:
        """Contribution of each family less the cohort's mean, shape (n, k): what sets the customer apart from peers."""
        return _relative(self.family)

    @property
    def feature_relative(self) -> np.ndarray:
        """Contribution of each feature less the cohort's mean, shape (n, f)."""
        return _relative(self.features)

    @property
    def agreement(self) -> np.ndarray:
        """Share of the seeds whose relative contribution has the sign of the mean one, shape (n, k), 0–1."""
        by_seed = self.family_by_seed - self.family_by_seed.mean(axis=1, keepdims=True)
        return (np.sign(by_seed) == np.sign(self.relative)).mean(axis=0)


def explain(
    boosters: Sequence[Booster], X: np.ndarray, names: Sequence[str], family_of: dict[str, str]
) -> Contributions:
    """Contributions of the mean raw score of ``boosters`` (one a seed) for the rows of ``X`` (float64, shape (n, f)).

    ``names`` are the columns of ``X``, ``family_of`` gives each its family. DataError without rows, for a feature
    without family, and where contributions do not add up to the score.
    """
    if len(X) == 0:
        raise DataError("no customer to explain: the newest cohort is empty; check clock.newest and churn.active_days")
    feature_family = _families(names, family_of)
    families = tuple(dict.fromkeys(feature_family))
    member = np.array([[family == name for name in families] for family in feature_family], dtype=np.float64)
    total = np.zeros((len(X), len(names)))
    by_seed, bases, scores = [], [], []
    for booster in boosters:
        features, base, raw_score = _of_one_seed(booster, X)
        total += features
        by_seed.append(features @ member)
        bases.append(base)
        scores.append(raw_score)
    result = Contributions(
        feature_names=tuple(names),
        feature_family=feature_family,
        families=families,
        features=total / len(boosters),
        family_by_seed=np.stack(by_seed),
        base=float(np.mean(bases)),
        raw_score=np.mean(scores, axis=0),
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
        }
    ).astype({"customer_id": "str", "family": "str"})


def importance_table(contributions: Contributions) -> pd.DataFrame:
    """One row a feature, largest first: feature, family, mean_absolute_contribution (log-odds)."""
    frame = pd.DataFrame(
        {
            "feature": contributions.feature_names,
            "family": contributions.feature_family,
            "mean_absolute_contribution": np.abs(contributions.features).mean(axis=0),
        }
    )
    return frame.sort_values(["mean_absolute_contribution", "feature"], ascending=[False, True], ignore_index=True)


def _relative(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=0)


def _families(names: Sequence[str], family_of: dict[str, str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in family_of]
    if unknown:
        raise DataError(
            f"the model uses features without an entry in the dictionary: {', '.join(unknown[:5])}; "
            "it was trained on other features, train it again"
        )
    return tuple(family_of[name] for name in names)


def _of_one_seed(booster: Booster, X: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    contributions = np.asarray(booster.predict(X, pred_contrib=True))
    raw_score = np.asarray(booster.predict(X, raw_score=True))
    assert_additive(contributions.sum(axis=1), raw_score, "features")
    return contributions[:, :-1], float(contributions[0, -1]), raw_score
