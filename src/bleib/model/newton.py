"""The weights of a logistic regression on top of an offset, by Newton's method with a line search."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

STEPS = 200
HALVINGS = 40
NEAR = 1e-10  # a step that is shorter is the last
RIDGE = 1e-8  # so that there is an end where the outcomes can be told apart without an error
SAME = 1e-12  # columns that differ by less, in mean squares, are one


def least_log_loss(columns: np.ndarray, offset: np.ndarray, churned: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much of ``columns`` (n, k) to add to ``offset`` (n,), log-odds, for the least weighted log loss; (k,).

    It works on uncorrelated mixtures of the columns: where scores lie far from 0, slope and level are nearly the same
    direction. A step is halved until the loss falls: whole ones may go to and fro for ever.
    """
    share = weights / weights.sum()
    sizes, directions = np.linalg.eigh(columns.T @ (share[:, None] * columns))
    told = sizes > SAME * sizes.max(initial=0.0)
    mixing = directions[:, told] / np.sqrt(sizes[told])
    mixtures, beta = columns @ mixing, np.zeros(int(told.sum()))

    def loss(beta: np.ndarray) -> float:
        raw = offset + mixtures @ beta
        return float(share @ (np.logaddexp(0.0, raw) - churned * raw)) + RIDGE / 2 * float(beta @ beta)

    least = loss(beta)
    for _ in range(STEPS):
        predicted = expit(offset + mixtures @ beta)
        gradient = mixtures.T @ (share * (churned - predicted)) - RIDGE * beta
        curvature = (mixtures * (share * predicted * (1 - predicted))[:, None]).T @ mixtures + RIDGE * np.eye(len(beta))
        step = np.linalg.solve(curvature, gradient)
        for _ in range(HALVINGS):
            found = loss(beta + step)
            if found <= least:
                break
            step = step / 2
        else:  # nothing to gain but rounding
            break
        beta, least = beta + step, found
        if np.abs(step).max(initial=0.0) < NEAR:
            break
    return mixing @ beta
