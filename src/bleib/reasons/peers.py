"""Who is explained: peers, who stand for the cohort, and whoever may come onto the list."""

from __future__ import annotations

import numpy as np

PEERS = 2_000  # a mean over so many strays by a fiftieth of the spread of single customers


def peers(raw_score: np.ndarray, most: int = PEERS) -> np.ndarray:
    """Which customers stand for the cohort, bool of shape (n,): everybody, or ``most`` evenly spread over the scores.

    ``raw_score`` (n,), in log-odds. A systematic sample in order of the score: as many of each risk as in the cohort.
    """
    chosen = np.zeros(len(raw_score), dtype=bool)
    order = np.argsort(raw_score, kind="stable")
    chosen[order[np.unique(np.linspace(0, len(order) - 1, min(len(order), most)).round().astype(int))]] = True
    return chosen
