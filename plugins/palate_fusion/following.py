"""Putting some items behind others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate_fusion.normalising import min_max

Block = NDArray[np.float32]


def followed(first: Block, then: Block) -> Block:
    """float32[n, items]: `first` where it has an opinion, and below that the rest in the order of `then`.

    An item without an opinion in either stays NaN. A person without any in `first` gets `then`.
    """
    silent = np.isnan(first)
    rest = np.where(silent, then, np.float32(np.nan))
    lowest = first.min(axis=1, where=~silent, initial=np.inf)[:, None]
    empty = ~np.isfinite(lowest)
    floor = np.where(empty, 0, lowest)
    gap = np.maximum(1, np.abs(floor))  # a step that float32 can tell from the lowest score
    behind = (floor + gap * (min_max(rest) - 2)).astype(np.float32)
    return np.where(silent, np.where(empty, rest, behind), first).astype(np.float32, copy=False)


def among_the_best(scores: Block, k: int, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[n, items]: the k best items of each person that they have not met."""
    from palate.arrays.topk import top_k

    masked = np.where(seen, np.float32(np.nan), scores)
    items, _ = top_k(masked, min(k, scores.shape[1]))
    found = np.zeros(scores.shape, bool)
    row, place = np.nonzero(items >= 0)
    found[row, items[row, place]] = True
    return found
