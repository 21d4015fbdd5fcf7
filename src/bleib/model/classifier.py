"""The churn model: LightGBM boosters that differ in their seed only, linear models, MBG/NBD, or a mean; calibrated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from bleib.files import read_json, replacing, write_json
from bleib.model.boosting import dataset, grow, lightgbm
from bleib.model.calibrator import Calibrator
from bleib.model.linear import LinearScorer, fit_linear
from bleib.model.metrics import probabilities
from bleib.model.mixing import mix
from bleib.model.monotone import lightgbm_settings, signs
from bleib.model.rhythm import RhythmModel

LINEAR_FILE = "linear.json"
LINEAR = ("linear_share", "main_share", "main_features", "linear_penalty")
NOT_LIGHTGBM = (*LINEAR, "rhythm_share", "rhythm", "seeds", "n_estimators", "monotone", "calibration")
KINDS = {"dtype": [np.float64, np.float32], "ensure_all_finite": "allow-nan"}


class ChurnClassifier(ClassifierMixin, BaseEstimator):
    """Binary classifier after scikit-learn's rules; missing values are allowed and mean "no such event".

    ``seeds``: one booster each. ``linear_share``: weight of the linear models in the raw score, 0 to 1; with 1 there
    are no boosters. ``main_share``: of that, the weight of a model that sees only ``main_features`` (names of columns)
    beside one that sees all. ``linear_penalty``: see ``fit_linear``. ``monotone``: names of columns and ``up`` or
    ``down``, where the score may only rise or only fall. ``calibration``: a, b, c of the ``Calibrator`` of the mean raw
    score. ``rhythm_share``: weight of ``rhythm`` in the raw score; it comes fitted, because X does not tell which rows
    are of one customer. The other parameters are LightGBM's own. The classes are weighted as they come: no resampling
    and no ``is_unbalance``, so that probabilities stay probabilities.

    Fitted attributes: ``classes_`` (2,), ``boosters_`` (one a seed, or none), ``linear_`` (or None),
    ``n_features_in_`` and, after fitting on a frame, ``feature_names_in_``.
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
        linear_share: float = 0.0,
        main_share: float = 0.0,
        main_features: tuple[str, ...] = (),
        linear_penalty: float = 0.05,
        monotone: dict[str, str] | None = None,
        calibration: tuple[float, float, float] = (1.0, 1.0, 0.0),
        rhythm_share: float = 0.0,
        rhythm: RhythmModel | None = None,
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
        self.linear_share = linear_share
        self.main_share = main_share
        self.main_features = main_features
        self.linear_penalty = linear_penalty
        self.monotone = monotone
        self.calibration = calibration
        self.rhythm_share = rhythm_share
        self.rhythm = rhythm

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on X (n, features) and y (n,) of two classes; the greater one is the positive.

        ``sample_weight`` (n,): for how many rows each stands. ValueError for anything but two classes, where a feature
        of ``main_features`` or of ``rhythm`` is no column, and where ``rhythm`` has a share and is not there.
        """
        X, y = validate_data(self, X, y, **KINDS)
        if self.rhythm_share > 0 and self.rhythm is None:
            raise ValueError(f"rhythm_share is {self.rhythm_share:g}, but there is no rhythm")
        self._rhythm_places()
        target = self._encode(y)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=np.float64)
        self.boosters_, self.linear_ = [], None
        if self.linear_share < 1:
            data = dataset(X, target, weights, self._given_names(), self._lightgbm())
            self.boosters_ = [grow(data, self._lightgbm(), seed, self.n_estimators) for seed in self.seeds]
        if self.linear_share > 0:
            bounds = signs(self.monotone or {}, self._names())
            main = self._places(self.main_features)
            self.linear_ = fit_linear(X, target, weights, self.linear_penalty, main, self.main_share, bounds)
        return self

    def seed_scores(self, X: Any) -> np.ndarray:
        """Raw score (log-odds) of every seed before calibration, shape (n, seeds); one column without boosters."""
        X = self._checked(X)
        linear = self.linear_.raw_score(X) if self.linear_ else np.zeros(len(X))
        boosted = [booster.predict(X, raw_score=True) for booster in self.boosters_] or [np.zeros(len(X))]
        own_rhythm = self.rhythm.raw_score(X[:, self._rhythm_places()]) if self.rhythm else np.zeros(len(X))
        return np.column_stack([self._mixed(one, linear, own_rhythm) for one in boosted])

    def seed_contributions(self, X: Any) -> Iterator[np.ndarray]:
        """Per seed, (n, features + 1) in log-odds, the base last; the sums of the rows are its ``seed_scores``."""
        X = self._checked(X)
        linear = self.linear_.contributions(X) if self.linear_ else np.zeros((len(X), X.shape[1] + 1))
        own_rhythm = self._rhythm_contributions(X)
        if not self.boosters_:
            yield self._mixed(np.zeros_like(linear), linear, own_rhythm)
        for booster in self.boosters_:
            yield self._mixed(np.asarray(booster.predict(X, pred_contrib=True)), linear, own_rhythm)

    @property
    def calibrator(self) -> Calibrator:
        """From the mean of the ``seed_scores`` to the score."""
        return Calibrator(*self.calibration)

    def decision_function(self, X: Any) -> np.ndarray:
        """Calibrated mean raw score (log-odds), shape (n,)."""
        return self.calibrator.apply(self.seed_scores(X).mean(axis=1))

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the two classes, shape (n, 2)."""
        positive = probabilities(self.decision_function(X))
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Any) -> np.ndarray:
        """The more probable class of each row, shape (n,)."""
        positive = self.decision_function(X) > 0
        return self.classes_[positive.astype(int)]

    def save(self, folder: Path, about: dict[str, Any] | None = None) -> None:
        """Write a LightGBM text a seed, linear.json and model.json with ``about``; same model, same bytes."""
        check_is_fitted(self, "boosters_")
        with replacing(folder) as fresh:
            fresh.mkdir()
            for seed, booster in zip(self.seeds, self.boosters_, strict=False):
                (fresh / _file(seed)).write_text(booster.model_to_string(), encoding="utf-8", newline="\n")
            if self.linear_:
                write_json(fresh / LINEAR_FILE, self.linear_.plain())
            write_json(fresh / "model.json", self._description() | {"about": about or {}})

    @classmethod
    def load(cls, folder: Path) -> ChurnClassifier:
        """The model that ``save`` wrote."""
        stored = read_json(folder / "model.json")
        model = cls().set_params(**{k: tuple(v) if isinstance(v, list) else v for k, v in stored["parameters"].items()})
        if model.rhythm:
            model.rhythm = RhythmModel.of_plain(model.rhythm)
        model.classes_ = np.array(stored["classes"])
        model.n_features_in_ = stored["n_features"]
        if stored["feature_names"]:
            model.feature_names_in_ = np.array(stored["feature_names"], dtype=object)
        boosted = model.seeds if model.linear_share < 1 else ()
        model.boosters_ = [lightgbm().Booster(model_file=str(folder / _file(seed))) for seed in boosted]
        linear = folder / LINEAR_FILE
        model.linear_ = LinearScorer.of_plain(read_json(linear)) if linear.exists() else None
        return model

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def _checked(self, X: Any) -> np.ndarray:
        check_is_fitted(self, "boosters_")
        return np.asarray(validate_data(self, X, **KINDS, reset=False), dtype=np.float64)

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

    def _names(self) -> list[str]:
        """The names of the columns; without a frame their numbers."""
        return [str(name) for name in getattr(self, "feature_names_in_", range(self.n_features_in_))]

    def _given_names(self) -> list[str] | str:
        return self._names() if hasattr(self, "feature_names_in_") else "auto"

    def _places(self, wanted: Iterable[str]) -> list[int]:
        """The places of columns; ValueError where one is none."""
        return [self._names().index(name) for name in wanted]

    def _rhythm_places(self) -> list[int]:
        return self._places(self.rhythm.names) if self.rhythm else []

    def _rhythm_contributions(self, X: np.ndarray) -> np.ndarray:
        """Those of ``rhythm`` in the places of its features, the base last, (n, features + 1)."""
        found, places = np.zeros((len(X), X.shape[1] + 1)), self._rhythm_places()
        if self.rhythm:
            found[:, [*places, -1]] = self.rhythm.contributions(X[:, places])
        return found

    def _mixed(self, boosted: np.ndarray, linear: np.ndarray, rhythm: np.ndarray) -> np.ndarray:
        return mix(mix(boosted, linear, self.linear_share), rhythm, self.rhythm_share)

    def _lightgbm(self) -> dict[str, Any]:
        own = {name: value for name, value in self.get_params().items() if name not in NOT_LIGHTGBM}
        return own | lightgbm_settings(self.monotone or {}, self._names())

    def _description(self) -> dict[str, Any]:
        parameters = {k: list(v) if isinstance(v, tuple) else v for k, v in self.get_params().items()}
        return {
            "parameters": parameters | {"rhythm": self.rhythm.plain() if self.rhythm else None},
            "classes": self.classes_.tolist(),
            "n_features": int(self.n_features_in_),
            "feature_names": [str(name) for name in getattr(self, "feature_names_in_", [])],
        }


def _file(seed: int) -> str:
    return f"seed-{seed}.txt"
