"""What few people met, weighing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query, Training
from palate_interests.running import Running, once
from palate_interests.weighted import weighted_mean


@dataclass
class IdfWeighted:
    """Mean of the vectors of the items a person met, weighing by how few others met the item.

    An item that df of the n people in training met weighs log((1 + n) / (1 + df)) + 1 (Spärck Jones,
    "A statistical interpretation of term specificity", 1972, smoothed): what everybody met says
    little of anybody. An item that nobody met weighs most. Each item counts once.
    """

    name: ClassVar[str] = "idf-weighted"

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> IdfWeighted:
        """Learn the weight of each item from the people who met anything."""
        people = int(np.count_nonzero(training.history.counts))
        found = np.log((1 + people) / (1 + training.history.popularity)) + 1
        self.weights_ = found.astype(np.float32)
        return self

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history."""
        met = query.history.matrix
        weights = sp.csr_array((self.weights_[met.indices], met.indices, met.indptr), shape=met.shape)
        return weighted_mean(weights, vectors)

    def begin(self, history: History, vectors: Vectors) -> Running:
        """What `update` goes on from, for one person."""
        return once(history, vectors, self.weights_[history.matrix.indices])

    def update(
        self,
        state: Running,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> Running:
        """One event more; an item met before changes nothing."""
        state.put(item, vector, float(self.weights_[item]))
        return state

    def interests(self, state: Running) -> Vectors:
        """float32[1, d]."""
        return state.mean()
