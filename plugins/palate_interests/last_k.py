"""The mean of a user's last events."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate_interests.running_mean import RunningMean
from palate_interests.weighted_mean import by_event, shares, weighted_mean

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class LastEvents:
    """The mean of the last events, with their vectors, oldest first."""

    running: RunningMean
    last: deque[NDArray[np.float32]]


@dataclass
class LastK:
    """Mean of the vectors of a user's last `k` events."""

    name: ClassVar[str] = "last-k"

    k: Annotated[int, Ge(1)] = 10
    """How many events count."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a user without history."""
        return weighted_mean(by_event(query.history, self._weights(query.history)), vectors)

    def shares(self, query: Query, vectors: Vectors) -> sp.csr_array:
        """Sparse float32[n, items]: how much of each item's vector is in each interest."""
        return shares(by_event(query.history, self._weights(query.history)), vectors)

    def begin(self, history: History, vectors: Vectors) -> LastEvents:
        """The state that `update` continues from, for one user."""
        running = RunningMean.over(history, vectors, self._weights(history))
        return LastEvents(running, deque(vectors[history.items[-self.k :]], self.k))

    def update(
        self,
        state: LastEvents,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> LastEvents:
        """Add one event, and remove the oldest of the last `k`."""
        if len(state.last) == self.k:
            state.running.remove(state.last[0], 1.0)
        state.running.add(vector, 1.0)
        state.last.append(np.array(vector, np.float32))
        return state

    def interests(self, state: LastEvents) -> Vectors:
        """float32[1, d]."""
        return state.running.mean()

    def _weights(self, history: History) -> NDArray[np.float32]:
        left = history.indptr[1:][history.owners] - np.arange(len(history.items))
        return (left <= self.k).astype(np.float32)
