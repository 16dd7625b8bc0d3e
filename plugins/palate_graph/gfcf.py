"""GF-CF: a low-pass filter over the graph of users and items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.cooccurrence import gram
from palate.arrays.memory import check_memory
from palate.arrays.products import history_product
from palate.arrays.svd import right_singular
from palate.data import Query, Training
from palate.data.contributions import Contributions, summed
from palate_graph.normalisation import power, scaled

BYTES_A_PAIR = 12  # the weights, what the filter adds to them, and room to add it


@dataclass
class GraphFilter:
    """A low-pass filter over the graph of users and items, in closed form (GF-CF).

    Shen et al. (2021), "How Powerful is Graph Convolution for Recommendation?": with
    R = D_u^-½ X D_i^-½ (D: the number of items of a user, of users of an item) and V its `rank`
    strongest right singular vectors, scores are X·(RᵀR + low_pass·D_i^-½ V Vᵀ D_i^½): one step along
    the graph, and a projection on its smoothest signals. No training; memory grows with the square
    of the number of items, 12 bytes a pair while fitting and 4 after, and `memory` (GiB) is how much
    that may be.
    """

    name: ClassVar[str] = "gfcf"
    only_speed: ClassVar[frozenset[str]] = frozenset({"memory"})
    cost: ClassVar[dict[str, float]] = {"items": 2}
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    rank: Annotated[int, Ge(1)] = 128
    """Number of singular vectors."""
    low_pass: Annotated[float, Ge(0)] = 0.3
    """Weight of the smoothed part relative to the neighbourhood."""
    memory: Annotated[float, Gt(0)] = 4.0

    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> GraphFilter:
        """Compute the filter, float32[items, items]; row i is what item i adds to each score.

        Raises ComponentError before computing anything if it would take more than `memory` GiB.
        """
        check_memory(
            self.name, training.history.n_items, BYTES_A_PAIR, self.memory,
            "Use 'rp3beta', which keeps only the nearest items",
        )  # fmt: skip
        matrix, popularity = training.history.matrix, training.history.popularity
        down, up = power(popularity, -0.5), power(popularity, 0.5)
        normalised = scaled(matrix, power(np.diff(matrix.indptr), -0.5), down)
        weights = gram(normalised)
        if self.low_pass:
            smooth = right_singular(normalised, self.rank, training.rng())
            left = (self.low_pass * down[:, None] * smooth).astype(np.float32)
            weights += left @ (up[:, None] * smooth).astype(np.float32).T
        self.weights_ = np.ascontiguousarray(weights)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum of the rows of the user's items; 0 without history."""
        return history_product(query.history.matrix, self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        return summed(query, self.weights_, items)
