"""The scores of another ranker, which a network adds to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import History, Query

BLOCK = 512


@dataclass(frozen=True)
class Base:
    """A fitted ranker, and the deviation of its scores after one item, by which they are divided."""

    ranker: Any
    deviation: float

    @classmethod
    def of(cls, ranker: Any, items: NDArray[np.int64], n_items: int) -> tuple[Base, NDArray[np.float32]]:
        """It, and its scores of `items` after each of them alone: float32[n, n], 0 where it says nothing."""
        alone = np.zeros((len(items), len(items)), np.float32)
        for start in range(0, len(items), BLOCK):
            some = items[start : start + BLOCK].astype(np.int32)
            history = History(np.arange(len(some) + 1, dtype=np.int64), some, n_items)
            scores = ranker.score(Query(np.full(len(some), -1, np.int32), history))
            alone[start : start + len(some)] = np.nan_to_num(scores[:, items], nan=0.0)
        deviation = float(alone.std()) or 1.0
        alone /= np.float32(deviation)
        return cls(ranker, deviation), alone

    def scores(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: NaN where the ranker says nothing."""
        counts = np.maximum(np.diff(query.history.matrix.indptr), 1)
        per_item = (counts * self.deviation).astype(np.float32)
        found: NDArray[np.float32] = self.ranker.score(query) / per_item[:, None]
        return found
