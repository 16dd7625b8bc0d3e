"""What the weighted means in which each item of a user counts once have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate_interests.running_mean import RunningMean
from palate_interests.weighted_mean import shares, weighted_mean

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class MeanOfItems(ABC):
    """The weighted mean of a user's item vectors; what an item weighs is the subclass's."""

    @abstractmethod
    def _weights(self, history: History) -> sp.csr_array:
        """Sparse float32[n, items]: the weight of each item of each user, with sorted indices."""

    @abstractmethod
    def _weight(self, item: int, rating: float | None) -> float:
        """The weight of an item after one more event with this rating."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a user without history.

        Raises ComponentError where the history has no value that the weights need.
        """
        return weighted_mean(self._weights(query.history), vectors)

    def shares(self, query: Query, vectors: Vectors) -> sp.csr_array:
        """Sparse float32[n, items]: how much of each item's vector is in each interest."""
        return shares(self._weights(query.history), vectors)

    def begin(self, history: History, vectors: Vectors) -> RunningMean:
        """The state that `update` continues from, for one user."""
        return RunningMean.of_items(history, vectors, self._weights(history).data)

    def update(
        self,
        state: RunningMean,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> RunningMean:
        """Add one event; an item that the user has already gets its new weight."""
        state.replace(item, vector, self._weight(item, rating))
        return state

    def interests(self, state: RunningMean) -> Vectors:
        """float32[1, d]."""
        return state.mean()
