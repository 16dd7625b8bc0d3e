"""The last few things that a person met."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate_interests.running import Running
from palate_interests.weighted import by_event, weighted_mean


@dataclass
class Recent:
    """The mean of the last events, with their vectors, oldest first."""

    running: Running
    last: deque[NDArray[np.float32]]


@dataclass
class LastK:
    """Mean of the vectors of a person's last `k` events, whatever came before."""

    name: ClassVar[str] = "last-k"

    k: Annotated[int, Ge(1)] = 10
    """How many events count."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history."""
        return weighted_mean(by_event(query.history, self._weights(query.history)), vectors)

    def begin(self, history: History, vectors: Vectors) -> Recent:
        """What `update` goes on from, for one person."""
        running = Running.over(history, vectors, self._weights(history))
        return Recent(running, deque(vectors[history.items[-self.k :]], self.k))

    def update(
        self,
        state: Recent,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> Recent:
        """One event more, and the oldest of the last `k` less."""
        if len(state.last) == self.k:
            state.running.take(state.last[0], 1.0)
        state.running.add(vector, 1.0)
        state.last.append(np.array(vector, np.float32))
        return state

    def interests(self, state: Recent) -> Vectors:
        """float32[1, d]."""
        return state.running.mean()

    def _weights(self, history: History) -> NDArray[np.float32]:
        left = history.indptr[1:][history.owners] - np.arange(len(history.items))
        return (left <= self.k).astype(np.float32)
