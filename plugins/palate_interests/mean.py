"""All that a person met, weighing the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate_interests.running import Running, once
from palate_interests.weighted import weighted_mean


@dataclass
class Mean:
    """Mean of the vectors of the items a person met, each item once however often they met it."""

    name: ClassVar[str] = "mean"

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history."""
        return weighted_mean(query.history.matrix, vectors)

    def begin(self, history: History, vectors: Vectors) -> Running:
        """What `update` goes on from, for one person."""
        return once(history, vectors, history.matrix.data)

    def update(
        self,
        state: Running,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> Running:
        """One event more; an item met before changes nothing."""
        state.put(item, vector, 1.0)
        return state

    def interests(self, state: Running) -> Vectors:
        """float32[1, d]."""
        return state.mean()
