"""GF-CF: a low-pass filter over the graph of users and items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product, row_product
from palate.arrays.rows import entry_rows
from palate.arrays.svd import right_singular
from palate.data import Query, Training
from palate.data.contributions import Contributions
from palate_graph.normalisation import power, scaled

REACHED_BYTES = 2**25  # what the users reached from a block of histories may take


@dataclass
class GraphFilter:
    """A low-pass filter over the graph of users and items, in closed form (GF-CF).

    Shen et al. (2021), "How Powerful is Graph Convolution for Recommendation?": with
    R = D_u^-½ X D_i^-½ (D: the number of items of a user, of users of an item) and V its `rank`
    strongest right singular vectors, scores are X·(RᵀR + low_pass·D_i^-½ V Vᵀ D_i^½): one step along
    the graph, and a projection on its smoothest signals. No training, and no matrix of items x items:
    a score goes from the items to their users and on to these users' items, so that memory grows with
    the events, and with the items times `rank`.
    """

    name: ClassVar[str] = "gfcf"
    cost: ClassVar[dict[str, float]] = {"users": 2}  # of scoring all users: each reaches users
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    rank: Annotated[int, Ge(1)] = 128
    """Number of singular vectors."""
    low_pass: Annotated[float, Ge(0)] = 0.8
    """Weight of the smoothed part relative to the neighbourhood."""

    graph_: SparseWeights = field(init=False, repr=False, compare=False)
    into_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    out_of_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> GraphFilter:
        """Compute R, sparse float32[users, items], and both sides of the projection, float32[items, r]."""
        matrix, popularity = training.history.matrix, training.history.popularity
        down, up = power(popularity, -0.5), power(popularity, 0.5)
        normalised = scaled(matrix, power(np.diff(matrix.indptr), -0.5), down)
        smooth = np.zeros((matrix.shape[1], 0))
        if self.low_pass:
            smooth = right_singular(normalised, self.rank, training.rng())
        self.graph_ = SparseWeights(normalised)
        self.into_ = (self.low_pass * down[:, None] * smooth).astype(np.float32)
        self.out_of_ = (up[:, None] * smooth).astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum over the user's items; 0 without history."""
        matrix, users = query.history.matrix, self.graph_.matrix.shape[0]
        scores = np.empty((len(query), self.graph_.matrix.shape[1]), np.float32)
        rows = max(1, REACHED_BYTES // (8 * max(users, 1)))
        for start in range(0, len(query), rows):
            reached = (matrix[start : start + rows] @ self.graph_.turned).tocsr()
            scores[start : start + rows] = history_product(reached, self.graph_)
        if self.into_.shape[1]:
            scores += row_product(history_product(matrix, self.into_), self.out_of_)
        return scores

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        past = query.history.matrix.indices
        wanted = items[entry_rows(query.history.matrix)]
        steps = self.graph_.turned[past].multiply(self.graph_.turned[wanted]).sum(axis=1)
        smooth = np.einsum("nr,nr->n", self.into_[past], self.out_of_[wanted], dtype=np.float64)
        return Contributions(np.zeros(len(query)), np.asarray(steps, np.float64).ravel() + smooth)
