"""A mean in which items with higher ratings weigh more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from annotated_types import Ge

from palate.data import History
from palate.errors import ComponentError
from palate_interests.items_once import MeanOfItems

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class RatingWeighted(MeanOfItems):
    """Mean of the vectors of a user's items, weighted by how far the rating is above `neutral`.

    Each item counts once, with its last rating. Below `neutral` an item has a negative weight: the mean
    is the weighted sum over the sum of absolute weights (Rocchio's relevance feedback, in Salton, "The
    SMART Retrieval System", 1971). A user all of whose ratings are neutral gets zeros.
    """

    name: ClassVar[str] = "rating-weighted"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    neutral: Annotated[float, Ge(0)] = 0.0
    """The rating that counts neither for nor against an item."""

    def _weights(self, history: History) -> sp.csr_array:
        import scipy.sparse as sp

        if history.ratings is None:
            raise ComponentError(
                "aggregator 'rating-weighted' needs the rating of each event; the history has none"
            )
        rated = history.rating_matrix
        rated.sort_indices()
        parts = (rated.data - np.float32(self.neutral), rated.indices, rated.indptr)
        return sp.csr_array(parts, shape=rated.shape)

    def _weight(self, item: int, rating: float | None) -> float:
        if rating is None:
            raise ComponentError("aggregator 'rating-weighted' needs the rating of the event; it has none")
        return float(rating) - self.neutral
