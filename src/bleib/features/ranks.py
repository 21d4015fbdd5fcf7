"""Ranks within the as-of date: the one kind of feature that compares customers, so it needs all buckets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bleib.features.declaration import Feature


def ranked_names(declarations: Iterable[Feature]) -> list[str]:
    """The features by which ranks are made, each once."""
    return list(dict.fromkeys(feature.of for feature in declarations if feature.combine == "rank"))


def gather_peers(parts: Iterable[tuple[np.ndarray, np.ndarray]], dates: int) -> list[np.ndarray]:
    """The ascending figures of one feature, an array a date, over all parts.

    A part is the feature (float32, shape (n,)) and the number of each row's date (0 … dates − 1). A missing figure is
    nobody's peer.
    """
    found: list[list[np.ndarray]] = [[] for _ in range(dates)]
    for column, row_date in parts:
        filled = ~np.isnan(column)
        for number, pieces in enumerate(found):
            pieces.append(column[filled & (row_date == number)])
    return [np.sort(np.concatenate(pieces)) for pieces in found]


def rank(column: np.ndarray, row_date: np.ndarray, peers: Sequence[np.ndarray]) -> np.ndarray:
    """Share of the date's figures that are below each one, ties and itself counted half; float32 of shape (n,).

    A missing figure has no rank.
    """
    out = np.full(len(column), np.nan)
    for number, others in enumerate(peers):
        rows = np.flatnonzero((row_date == number) & ~np.isnan(column))
        figures, which = np.unique(
            column[rows], return_inverse=True
        )  # ascending, so that the search stays in the cache
        below, upto = (np.searchsorted(others, figures, side=side) for side in ("left", "right"))
        out[rows] = ((below + upto) / (2 * max(len(others), 1)))[which]
    return out.astype(np.float32)
