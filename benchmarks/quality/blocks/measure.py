"""Measure blocks on one set; a result is kept until the rows, the features or the learner change."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.quality.blocks.candidates import Tried
from benchmarks.quality.blocks.proof import Scored, folds_of, gain, score
from bleib.console import say
from bleib.model.rows import Rows
from bleib.settings import Churn, Train

TOGETHER = "+"
Result = dict[str, Any]


@dataclass(frozen=True)
class Measurement:
    """The rows of one set with all features, and who learns from them (``learner``: boosters, linear or blend)."""

    tried: Tried
    churn: Churn
    train: Train
    learner: str

    @property
    def rows(self) -> Rows:
        """Labelled snapshots of training dates."""
        return self.tried.rows

    @cached_property
    def folds(self) -> list[Any]:
        """The folds on which blocks are judged."""
        return folds_of(self.rows, self.churn, self.train)

    @cached_property
    def base(self) -> Scored:
        """The features of the product, with as many trees as are best for them."""
        trees = score(self.rows, self.tried.base, self.folds, self.train, self.churn, self.learner).trees
        return self._scored([], trees)

    @cached_property
    def noise(self) -> Scored:
        """The same with columns of noise."""
        return self._scored(self.tried.noise, self.base.trees)

    def results(self, asked: list[str], earlier: dict[str, Result]) -> Iterator[tuple[str, Result]]:
        """The result of each block asked for (``a+b``: both together) that has columns here, as it comes."""
        for name in asked:
            columns = [c for part in name.split(TOGETHER) for c in self.tried.blocks.get(part, [])]
            if columns:
                key = self._key(columns)
                known = earlier.get(name, {}).get("key") == key
                yield name, earlier[name] if known else self._measured(name, columns) | {"key": key}

    def _measured(self, name: str, columns: list[str]) -> Result:
        began = time.monotonic()
        base, noise = self.base, self.noise
        brought = gain(base, noise, self._scored(columns, base.trees))
        shown, seconds = brought.gain, time.monotonic() - began
        say(
            f"  {name:16} {len(columns):3} features {shown.gain:+.5f} ± {shown.standard_error:.5f} P "
            f"{shown.probability_better:.2f} AUROC {shown.auroc_gain:+.4f}; over noise {brought.over_noise.gain:+.5f} "
            f"P {brought.over_noise.probability_better:.2f}: {brought.verdict}; {seconds:.0f} s"
        )
        return brought.plain() | {"features": len(columns), "trees": base.trees}

    def _scored(self, columns: list[str], trees: int) -> Scored:
        wanted = [*self.tried.base, *columns]
        return score(self.rows, wanted, self.folds, self.train, self.churn, self.learner, trees)

    def _key(self, columns: list[str]) -> str:
        X = self.rows.X[[*self.tried.base, *self.tried.noise, *columns]]
        settings = self.train.model_dump_json() + self.churn.model_dump_json() + self.learner
        return _digest(X, self.rows.churned, settings)


def _digest(X: pd.DataFrame, churned: np.ndarray, settings: str) -> str:
    values = np.ascontiguousarray(X.to_numpy(dtype=np.float32))
    found = hashlib.sha256((settings + "".join(X.columns)).encode())
    found.update(values.tobytes())
    found.update(churned.tobytes())
    return found.hexdigest()[:16]
