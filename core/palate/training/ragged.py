"""Histories of different lengths as batches of like length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from palate.data import History


def windows(
    history: History, length: int, least: int = 2, overlap: float = 0.0
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stretches of at most `length` + 1 consecutive events that together hold every pair of neighbours.

    Returns their starts and ends, int64[w] each, as places in `history.items`. A history of up to
    `length` + 1 events is one stretch; a longer one is cut from its end, and two stretches that follow each
    other share one event and a share `overlap` (at least 0, below 1) of `length`: with 0 every pair comes
    once. Histories of fewer than `least` events give none.
    """
    counts, step = history.counts, max(1, round(length * (1 - overlap)))
    able = np.flatnonzero(counts >= least)
    pieces = 1 + np.maximum(0, -(-(counts[able] - 1 - length) // step))
    owner = np.repeat(able, pieces)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    ends = history.indptr[owner + 1] - number * step
    starts = np.maximum(history.indptr[owner], ends - length - 1)
    return starts.astype(np.int64), ends.astype(np.int64)


def batches_by_length(
    lengths: NDArray[np.integer], size: int, rng: np.random.Generator, spread: float = 0.1
) -> Iterator[NDArray[np.int64]]:
    """Row numbers in batches of `size`, rows of like length together, the batches in random order.

    Lengths are told apart up to a random share of `spread`, so that batches differ from epoch to epoch.
    Every row comes once.
    """
    order = np.argsort(lengths * (1 + spread * rng.random(len(lengths))), kind="stable")
    starts = np.arange(0, len(order), size)
    for start in rng.permutation(starts):
        yield order[start : start + size]


def padded(
    items: NDArray[np.int32], starts: NDArray[np.int64], ends: NDArray[np.int64], empty: int
) -> NDArray[np.int64]:
    """int64[n, longest]: the items from each start to its end, `empty` behind the shorter ones."""
    lengths = ends - starts
    width = int(lengths.max(initial=0))
    places = np.arange(width)
    inside = places < lengths[:, None]
    at = np.where(inside, starts[:, None] + places, 0)
    taken = items[at] if len(items) else np.zeros(at.shape, np.int32)
    return np.where(inside, taken, empty).astype(np.int64)
