"""PureSVD: a user's history projected on the strongest singular vectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.arrays.products import history_product, row_product
from palate.arrays.rows import entry_rows
from palate.arrays.svd import right_singular
from palate.data import Query, Training
from palate.data.contributions import Contributions


@dataclass
class PureSvd:
    """A user's history projected on the strongest singular vectors of the 0/1 matrix (PureSVD).

    Cremonesi, Koren and Turrin (2010), "Performance of Recommender Algorithms on Top-N
    Recommendation Tasks": with V the `factors` strongest right singular vectors of X, scores are
    X·V·Vᵀ. A pair without an interaction counts as 0, not as unknown. Memory grows with items times factors.
    """

    name: ClassVar[str] = "pure-svd"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    factors: Annotated[int, Ge(1)] = 64
    """Number of singular vectors."""

    item_factors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> PureSvd:
        """Find the singular vectors, float32[items, factors]; fewer where the matrix has fewer."""
        found = right_singular(training.history.matrix, self.factors, training.rng())
        self.item_factors_ = found.astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: 0 without history and, but for rounding, for an item without interactions."""
        users = history_product(query.history.matrix, self.item_factors_)
        return row_product(users, self.item_factors_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The product of the factors of each item of the history with those of the scored item."""
        matrix, factors = query.history.matrix, self.item_factors_.astype(np.float64)
        past = np.einsum("ij,ij->i", factors[matrix.indices], factors[items[entry_rows(matrix)]])
        return Contributions(np.zeros(len(query)), past)
