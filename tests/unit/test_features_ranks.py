"""Ranks are shares of the peers of the same date."""

from __future__ import annotations

import numpy as np

from bleib.features.ranks import gather_peers, rank

COLUMN = np.array([3, 1, 1, np.nan, 5], np.float32)
DATES = np.array([0, 0, 0, 0, 1])


def test_rank_is_the_share_below_and_half_of_the_ties() -> None:
    peers = gather_peers([(COLUMN, DATES)], 2)
    np.testing.assert_allclose(rank(COLUMN, DATES, peers), [5 / 6, 1 / 3, 1 / 3, np.nan, 0.5], rtol=1e-6)


def test_peers_of_all_parts_count() -> None:
    parts = [(COLUMN[:2], DATES[:2]), (COLUMN[2:], DATES[2:])]
    assert [figures.tolist() for figures in gather_peers(parts, 2)] == [[1.0, 1.0, 3.0], [5.0]]
