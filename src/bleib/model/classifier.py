"""The churn model: the mean raw score of LightGBM boosters that differ in their seed only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from bleib.files import read_json, replacing, write_json
from bleib.model.metrics import best_intercept, log_losses, log_odds, probabilities

Fold = tuple[np.ndarray, np.ndarray]

PATIENCE = 50  # trees without gain after which the search for their number ends
TUNING_SEEDS = 2  # boosters that vote on the number of trees


def lightgbm() -> Any:
    """The LightGBM module. Idle threads must sleep: spinning ones slow a machine with busy cores two- to fourfold."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import lightgbm as lgb

    return lgb


class ChurnClassifier(ClassifierMixin, BaseEstimator):
    """Binary classifier after scikit-learn's rules; missing values are allowed and mean "no such event".

    ``seeds``: one booster each. The other parameters are LightGBM's own. The classes are weighted as they come: no
    resampling and no ``is_unbalance``, so that probabilities stay probabilities.

    Fitted attributes: ``classes_`` (2,), ``boosters_`` (one a seed), ``n_trees_``, ``n_features_in_`` and, after
    fitting on a frame, ``feature_names_in_``.
    """

    def __init__(
        self,
        seeds: tuple[int, ...] = (1, 2, 3, 4, 5),
        n_estimators: int = 400,
        learning_rate: float = 0.03,
        num_leaves: int = 15,
        min_child_samples: int = 40,
        reg_lambda: float = 5.0,
        colsample_bytree: float = 0.6,
        subsample: float = 0.8,
        subsample_freq: int = 1,
        max_bin: int = 127,
    ) -> None:
        self.seeds = seeds
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.num_leaves = num_leaves
        self.min_child_samples = min_child_samples
        self.reg_lambda = reg_lambda
        self.colsample_bytree = colsample_bytree
        self.subsample = subsample
        self.subsample_freq = subsample_freq
        self.max_bin = max_bin

    def fit(self, X: Any, y: Any, fold: Fold | None = None) -> Self:
        """Fit on X (n, features) and y (n,) of two classes; the greater one is the positive.

        ``fold``: row numbers (earlier, later). The number of trees is then the one with the least log loss on the
        later rows after fitting on the earlier ones; the boosters are fitted on all rows. Without it every booster
        has ``n_estimators`` trees. ValueError for anything but two classes.
        """
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], ensure_all_finite="allow-nan")
        target = self._encode(y)
        data = lightgbm().Dataset(X, target, feature_name=self._names(), params=self._parameters(0)).construct()
        self.n_trees_ = self._search_trees(data, target, fold) if fold else self.n_estimators
        self.boosters_ = [self._train(data, seed, self.n_trees_) for seed in self.seeds]
        return self

    def seed_scores(self, X: Any) -> np.ndarray:
        """Raw score (log-odds) of every booster, shape (n, seeds)."""
        check_is_fitted(self, "boosters_")
        X = validate_data(self, X, dtype=[np.float64, np.float32], ensure_all_finite="allow-nan", reset=False)
        return np.column_stack([booster.predict(X, raw_score=True) for booster in self.boosters_])

    def decision_function(self, X: Any) -> np.ndarray:
        """Mean raw score of the boosters (log-odds), shape (n,)."""
        return self.seed_scores(X).mean(axis=1)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the two classes, shape (n, 2)."""
        positive = probabilities(self.decision_function(X))
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Any) -> np.ndarray:
        """The more probable class of each row, shape (n,)."""
        positive = self.decision_function(X) > 0
        return self.classes_[positive.astype(int)]

    def save(self, folder: Path, about: dict[str, Any] | None = None) -> None:
        """Write one LightGBM text a seed and model.json with ``about`` in it; the same bytes for the same model."""
        check_is_fitted(self, "boosters_")
        with replacing(folder) as fresh:
            fresh.mkdir()
            for seed, booster in zip(self.seeds, self.boosters_, strict=True):
                (fresh / _file(seed)).write_text(booster.model_to_string(), encoding="utf-8", newline="\n")
            write_json(fresh / "model.json", self._description() | {"about": about or {}})

    @classmethod
    def load(cls, folder: Path) -> ChurnClassifier:
        """The model that ``save`` wrote."""
        stored = read_json(folder / "model.json")
        parameters = stored["parameters"]
        model = cls(**{**parameters, "seeds": tuple(parameters["seeds"])})
        model.classes_ = np.array(stored["classes"])
        model.n_trees_ = stored["n_trees"]
        model.n_features_in_ = stored["n_features"]
        if stored["feature_names"]:
            model.feature_names_in_ = np.array(stored["feature_names"], dtype=object)
        model.boosters_ = [lightgbm().Booster(model_file=str(folder / _file(seed))) for seed in model.seeds]
        return model

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def _encode(self, y: np.ndarray) -> np.ndarray:
        check_classification_targets(y)
        if type_of_target(y) not in ("binary", "multiclass"):
            raise ValueError(f"Unknown label type: {type_of_target(y)}")
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(f"Only binary classification is supported. The type of the target is {type_of_target(y)}.")
        if len(self.classes_) < 2:
            raise ValueError(f"Classifier can't train when only one class is present: {self.classes_[0]!r}.")
        return codes

    def _names(self) -> list[str] | str:
        return list(self.feature_names_in_) if hasattr(self, "feature_names_in_") else "auto"

    def _parameters(self, seed: int) -> dict[str, Any]:
        own = {name: value for name, value in self.get_params().items() if name not in ("seeds", "n_estimators")}
        fixed = {
            "objective": "binary",
            "deterministic": True,
            "force_col_wise": True,
            "feature_pre_filter": False,
            "verbosity": -1,
            "metric": "none",
        }
        return own | fixed | {"seed": seed}

    def _train(self, data: Any, seed: int, trees: int, **more: Any) -> Any:
        return lightgbm().train(self._parameters(seed), data, num_boost_round=trees, **more)

    def _search_trees(self, data: Any, target: np.ndarray, fold: Fold) -> int:
        earlier, later = (np.sort(rows) for rows in fold)
        if len(np.unique(target[earlier])) < 2 or len(np.unique(target[later])) < 2:
            return self.n_estimators
        stop = lightgbm().early_stopping(PATIENCE, verbose=False)
        best = [
            self._train(
                data.subset(earlier.tolist()),
                seed,
                self.n_estimators,
                valid_sets=[data.subset(later.tolist())],
                feval=_level_free_log_loss,
                callbacks=[stop],
            ).best_iteration
            for seed in self.seeds[:TUNING_SEEDS]
        ]
        return max(1, round(float(np.mean(best))))

    def _description(self) -> dict[str, Any]:
        return {
            "parameters": self.get_params() | {"seeds": [int(seed) for seed in self.seeds]},
            "classes": self.classes_.tolist(),
            "n_trees": int(self.n_trees_),
            "n_features": int(self.n_features_in_),
            "feature_names": [str(name) for name in getattr(self, "feature_names_in_", [])],
        }


def _file(seed: int) -> str:
    return f"seed-{seed}.txt"


def _level_free_log_loss(raw: np.ndarray, data: Any) -> tuple[str, float, bool]:
    """Log loss after the best shift of the level.

    The share of leavers drifts from date to date; how many trees are right must not depend on that drift.
    """
    target = data.get_label() > 0
    scores = log_odds(raw)  # LightGBM hands over probabilities here
    return "level-free log loss", float(log_losses(target, scores + best_intercept(target, scores)).mean()), False
