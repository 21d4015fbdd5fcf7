"""Puts events in order: by customer, occurrence and content, so that the order of the rows changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bleib.features.compiled import entry, loop


def order_of(owner: np.ndarray, keys: Sequence[np.ndarray], owners: int) -> np.ndarray:
    """The events with an owner, sorted by owner, then by the keys (first one first); int64 of shape (at most n,).

    ``owner``: int64 (n,) in 0 … owners − 1, or −1. ``keys``: integer arrays of shape (n,). Owners are counted into
    place; the events of each are merge-sorted, which costs one comparison an event where they are in order already.
    """
    table = np.empty((len(owner), len(keys)), np.int64)
    for place, key in enumerate(keys):
        table[:, place] = key
    return _order(owner, table, owners)


@entry
def _order(owner, keys, owners):  # type: ignore[no-untyped-def]
    first = np.zeros(owners + 1, np.int64)
    for i in range(len(owner)):
        if owner[i] >= 0:
            first[owner[i] + 1] += 1
    for k in range(owners):
        first[k + 1] += first[k]
    filled, order = first[:-1].copy(), np.empty(first[owners], np.int64)
    for i in range(len(owner)):
        if owner[i] >= 0:
            order[filled[owner[i]]] = i
            filled[owner[i]] += 1
    spare = np.empty(len(owner), np.int64)
    for k in range(owners):
        _sort(order, spare, first[k], first[k + 1], keys)
    return order


@loop
def _sort(order, spare, begin, end, keys):  # type: ignore[no-untyped-def]
    """Bottom-up merge sort of order[begin:end]; pairs of runs that are in order already are left alone."""
    width = 1
    while width < end - begin:
        for low in range(begin, end - width, 2 * width):
            middle, high = low + width, min(low + 2 * width, end)
            if _before(order[middle], order[middle - 1], keys):
                _merge(order, spare, low, middle, high, keys)
        width *= 2


@loop
def _merge(order, spare, low, middle, high, keys):  # type: ignore[no-untyped-def]
    spare[low:middle] = order[low:middle]
    left, right, k = low, middle, low
    while left < middle:
        if right < high and _before(order[right], spare[left], keys):
            order[k] = order[right]
            right += 1
        else:
            order[k] = spare[left]
            left += 1
        k += 1


@loop
def _before(a, b, keys):  # type: ignore[no-untyped-def]
    for place in range(keys.shape[1]):
        if keys[a, place] != keys[b, place]:
            return keys[a, place] < keys[b, place]
    return False
