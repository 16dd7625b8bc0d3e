"""Maximal marginal relevance: more diversity among the first items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from palate.arrays.rows import unit_rows
from palate.components.contracts import Vectors
from palate.data import Query, Ranking, Training
from palate.errors import ComponentError
from palate_reranking.attributes import shares
from palate_reranking.ordering import few_users, greedy, relevance, reordered


@dataclass
class MMR:
    """Balances the score of each next item and its similarity to those above it (MMR).

    The next item is that with the highest (1 - diversity) · relevance - diversity · similarity:
    relevance is the score, scaled for each user to [0, 1] over the ranking; similarity the
    highest cosine with an item taken before, by the item vectors of the first branch that has any,
    or, with `attribute`, by the values they share. An item without vector or values is similar to none.
    `diversity` 0 changes nothing.

    Carbonell and Goldstein, The use of MMR, diversity-based reranking for reordering documents and
    producing summaries, SIGIR 1998 (maximal marginal relevance).
    """

    name: ClassVar[str] = "mmr"

    diversity: Annotated[float, Ge(0), Le(1)] = 0.3
    attribute: str | None = None

    vectors_: Vectors = field(init=False, repr=False, compare=False)

    def wants_vectors(self) -> bool:
        """Whether a branch must have item vectors."""
        return self.attribute is None

    def fit(self, training: Training) -> MMR:
        """Keep a vector of length one for each item. Raises ComponentError where there are none."""
        if self.attribute is not None:
            found = shares(f"reranker {self.name!r}", training.items, self.attribute)
            self.vectors_ = unit_rows((found.toarray() > 0).astype(np.float32))
        elif training.vectors is None:
            raise ComponentError(
                f"reranker {self.name!r} needs item vectors: a branch with `encode:`, or its option "
                "`attribute`, such as genres, to compare items by"
            )
        else:
            self.vectors_ = unit_rows(training.vectors)
        return self

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The same items, chosen one after another; each keeps its score."""
        order = np.empty(ranking.items.shape, np.intp)
        cells = ranking.k * (self.vectors_.shape[1] + ranking.k)
        for rows in few_users(len(ranking), cells):
            part = Ranking(ranking.users[rows], ranking.items[rows], ranking.scores[rows], ranking.wanted)
            order[rows] = self._order(part)
        return reordered(ranking, order)

    def _order(self, ranking: Ranking) -> NDArray[np.intp]:
        there = ranking.items >= 0
        vectors = self.vectors_[np.maximum(ranking.items, 0)]
        wish = (1 - self.diversity) * relevance(ranking)
        nearest = np.zeros(there.shape, np.float32)
        rows = np.arange(len(ranking))

        def gains(chosen: NDArray[np.intp] | None) -> NDArray[np.float64]:
            if chosen is not None:
                similar = np.einsum("ijd,id->ij", vectors, vectors[rows, chosen])
                np.maximum(nearest, similar, out=nearest)
            return np.asarray(wish - self.diversity * nearest, np.float64)

        return greedy(there, ranking.wanted, gains)
