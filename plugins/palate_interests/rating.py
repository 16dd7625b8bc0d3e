"""What a person rated highly, weighing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate.errors import ComponentError
from palate_interests.running import Running, once
from palate_interests.weighted import weighted_mean


@dataclass
class RatingWeighted:
    """Mean of the vectors of the items a person rated, weighing by how far the rating is above `neutral`.

    Each item counts once, with the last rating it got. Below `neutral` an item counts against: the
    mean is of weights of both signs, over the sum of their sizes (Rocchio's relevance feedback, in
    Salton, "The SMART Retrieval System", 1971, with ratings for judgements). Somebody all of whose
    ratings are neutral gets zeros.
    """

    name: ClassVar[str] = "rating-weighted"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    neutral: Annotated[float, Ge(0)] = 0.0
    """The rating that says neither yes nor no."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history.

        Raises ComponentError where the history has no ratings.
        """
        return weighted_mean(self._weights(query.history), vectors)

    def begin(self, history: History, vectors: Vectors) -> Running:
        """What `update` goes on from, for one person."""
        return once(history, vectors, self._weights(history).data)

    def update(
        self,
        state: Running,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> Running:
        """One rating more; it replaces the one that the person gave the item before."""
        if rating is None:
            raise ComponentError("aggregator 'rating-weighted' needs the rating of the event; it has none")
        state.put(item, vector, float(rating) - self.neutral)
        return state

    def interests(self, state: Running) -> Vectors:
        """float32[1, d]."""
        return state.mean()

    def _weights(self, history: History) -> sp.csr_array:
        if history.ratings is None:
            raise ComponentError(
                "aggregator 'rating-weighted' needs the rating of each event; the history has none"
            )
        rated = history.rating_matrix
        rated.sort_indices()
        parts = (rated.data - np.float32(self.neutral), rated.indices, rated.indptr)
        return sp.csr_array(parts, shape=rated.shape)
