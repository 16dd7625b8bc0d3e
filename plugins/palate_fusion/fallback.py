"""Ranking some items below others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate_fusion.normalisation import min_max

Block = NDArray[np.float32]


def followed(first: Block, then: Block) -> Block:
    """float32[n, items]: `first` where it has a score, and below that the rest in the order of `then`.

    An item without a score in either stays NaN. A user without any in `first` gets `then`.
    """
    missing = np.isnan(first)
    rest = np.where(missing, then, np.float32(np.nan))
    lowest = first.min(axis=1, where=~missing, initial=np.inf)[:, None]
    empty = ~np.isfinite(lowest)
    floor = np.where(empty, 0, lowest)
    gap = np.maximum(1, np.abs(floor))  # large enough for float32 beside the lowest score
    behind = (floor + gap * (min_max(rest) - 2)).astype(np.float32)
    return np.where(missing, np.where(empty, rest, behind), first).astype(np.float32, copy=False)


def among_the_best(scores: Block, k: int, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[n, items]: the k best unseen items of each user."""
    from palate.arrays.topk import top_k

    masked = np.where(seen, np.float32(np.nan), scores)
    items, _ = top_k(masked, min(k, scores.shape[1]))
    found = np.zeros(scores.shape, bool)
    row, place = np.nonzero(items >= 0)
    found[row, items[row, place]] = True
    return found
