"""A mean in which the items of few users weigh more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.data import History, Training
from palate_interests.items_once import MeanOfItems

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class IdfWeighted(MeanOfItems):
    """Mean of the vectors of a user's items, weighted by inverse user frequency.

    An item of df of the n users in training weighs log((1 + n) / (1 + df)) + 1 (Spärck Jones, "A
    statistical interpretation of term specificity", 1972, smoothed): an item that everyone interacts
    with says little about one user. An item without interactions weighs most. Each item counts once.
    """

    name: ClassVar[str] = "idf-weighted"

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> IdfWeighted:
        """Compute the weight of each item from the users with any event."""
        users = int(np.count_nonzero(training.history.counts))
        found = np.log((1 + users) / (1 + training.history.popularity)) + 1
        self.weights_ = found.astype(np.float32)
        return self

    def _weights(self, history: History) -> sp.csr_array:
        import scipy.sparse as sp

        seen = history.matrix
        return sp.csr_array((self.weights_[seen.indices], seen.indices, seen.indptr), shape=seen.shape)

    def _weight(self, item: int, rating: float | None) -> float:
        return float(self.weights_[item])
