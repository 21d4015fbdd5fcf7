"""Whether a change makes the scores better: paired over resampled customers, on rows that both versions scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from bleib.errors import DataError
from bleib.model.baselines import Scores
from bleib.model.bootstrap import Figure, customer_weights, figure
from bleib.model.metrics import log_odds
from bleib.model.rows import KEY, Rows
from bleib.model.scored import ScoredTest
from bleib.model.selection import Comparison

Metric = Literal["auroc", "average_precision", "log_loss"]
METRICS: tuple[Metric, ...] = ("auroc", "average_precision", "log_loss")
LOW_IS_GOOD = ("log_loss",)
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Gain:
    """By how much the later version is better in one figure (above 0: better), and how sure that is.

    ``better``: share of the resamples with a gain. ``error``: standard deviation of the gain over the resamples.
    """

    before: float
    after: float
    gain: Figure
    error: float
    better: float

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``tie`` by the rule that training chooses by."""
        return Comparison(self.gain.value, self.error, self.better, auroc_gain=0.0).verdict


def pair(before: pd.DataFrame, after: pd.DataFrame, column: str) -> pd.DataFrame:
    """Rows that both scored: customer_id, as_of_date, churned, before, after (probabilities).

    DataError where they share no row, or the outcome of a shared row is another one.
    """
    names = [*KEY, "churned", column]
    both = before[names].merge(after[names], on=KEY, suffixes=("_before", "_after"), validate="1:1")
    if both.empty:
        raise DataError("the two have no snapshot in common: other customers or other test dates; nothing to compare")
    other = int((both["churned_before"] != both["churned_after"]).sum())
    if other:
        raise DataError(
            f"{other:,} of {len(both):,} common snapshots ended otherwise in the other version: churn: in params.yaml "
            "means something else there, so that their figures cannot be compared"
        )
    return both.rename(columns={"churned_before": "churned", f"{column}_before": BEFORE, f"{column}_after": AFTER})[
        [*KEY, "churned", BEFORE, AFTER]
    ]


def gains(paired: pd.DataFrame, resamples: int, seed: int) -> dict[Metric, Gain]:
    """The gain in every figure of METRICS; customers are drawn with all of their snapshots."""
    rows = Rows(paired[KEY].reset_index(drop=True), pd.DataFrame(index=paired.index), paired["churned"].to_numpy(bool))
    scores = {
        name: Scores(log_odds(paired[name].to_numpy(dtype=np.float64)), is_probability=True) for name in (BEFORE, AFTER)
    }
    test = ScoredTest(rows, scores)
    draws = [np.ones(len(paired)), *customer_weights(rows.key["customer_id"], resamples, seed)]
    found = {name: [test.figures(name, weights, capacity=1) for weights in draws] for name in scores}
    return {
        metric: _gain(
            np.array([row[metric] for row in found[BEFORE]]),
            np.array([row[metric] for row in found[AFTER]]),
            -1.0 if metric in LOW_IS_GOOD else 1.0,
        )
        for metric in METRICS
    }


def _gain(before: np.ndarray, after: np.ndarray, sign: float) -> Gain:
    """The first value is that of the rows as they are, the others those of the resamples."""
    apart = sign * (after - before)
    drawn = apart[1:][np.isfinite(apart[1:])]
    return Gain(
        float(before[0]),
        float(after[0]),
        figure(float(apart[0]), apart[1:]),
        float(drawn.std()) if len(drawn) else float("nan"),
        float((drawn > 0).mean()) if len(drawn) else float("nan"),
    )
