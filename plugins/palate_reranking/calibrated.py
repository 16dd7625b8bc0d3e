"""Calibration: the user's mix of genres among the first items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt, Le, Lt
from numpy.typing import NDArray

from palate.data import Query, Ranking, Training
from palate_reranking.attributes import shares
from palate_reranking.ordering import few_users, greedy, relevance, reordered


@dataclass
class Calibrated:
    """Balances the scores of the first items and how close their mix of genres is to the user's.

    The next item is that with the highest (1 - strength) · Σ relevance - strength · KL(p, q̃) of the
    list with it: p is the mix of the `attribute`'s values over the user's items, each item
    once and its values evenly; q̃ = (1 - smoothing)·q + smoothing·p, q the mix of the list. Relevance
    is the score, scaled for each user to [0, 1] over the ranking. `strength` 0 changes
    nothing, and a user whose history has no values keeps their ranking.

    Steck, Calibrated recommendations, RecSys 2018; the metric `calibration` measures the same.
    """

    name: ClassVar[str] = "calibrated"

    strength: Annotated[float, Ge(0), Le(1)] = 0.5
    attribute: str = "genres"
    smoothing: Annotated[float, Gt(0), Lt(1)] = 0.01
    """Share of the user's mix that is added to that of the list, so that none of it is zero."""

    shares_: sp.csr_array = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Calibrated:
        """Keep each item's values. Raises ComponentError where the items have no such attribute."""
        self.shares_ = shares(f"reranker {self.name!r}", training.items, self.attribute)
        return self

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The same items, chosen one after another; each keeps its score."""
        order = np.tile(np.arange(ranking.k), (len(ranking), 1))
        width = self.shares_.shape[1]
        if not width:
            return ranking
        for rows in few_users(len(ranking), ranking.k * width):
            part = Ranking(ranking.users[rows], ranking.items[rows], ranking.scores[rows], ranking.wanted)
            past = (query.history.take(np.arange(len(query))[rows]).matrix @ self.shares_).toarray()
            mixed = past.any(axis=1)
            found = self._order(part, past / np.maximum(past.sum(axis=1, keepdims=True), 1e-300))
            order[rows] = np.where(mixed[:, None], found, order[rows])
        return reordered(ranking, order)

    def _order(self, ranking: Ranking, wanted: NDArray[np.float64]) -> NDArray[np.intp]:
        there = ranking.items >= 0
        flat = self.shares_[np.maximum(ranking.items, 0).ravel()].toarray()
        values = flat.reshape(*ranking.items.shape, -1)
        rows = np.arange(len(ranking))
        wish = (1 - self.strength) * relevance(ranking)
        entropy = np.sum(np.where(wanted > 0, wanted * np.log(np.where(wanted > 0, wanted, 1)), 0), axis=1)
        taken = np.zeros(wanted.shape)

        def gains(chosen: NDArray[np.intp] | None) -> NDArray[np.float64]:
            nonlocal taken
            if chosen is not None:
                taken = taken + values[rows, chosen]
            mix = taken[:, None, :] + values
            mix *= (1 - self.smoothing) / np.maximum(mix.sum(axis=2, keepdims=True), 1e-300)
            mix += self.smoothing * wanted[:, None, :]
            np.log(mix, out=mix, where=mix > 0)
            divergence = entropy[:, None] - np.einsum("ijv,iv->ij", mix, wanted)
            return np.asarray(wish - self.strength * divergence, np.float64)

        return greedy(there, ranking.wanted, gains)
