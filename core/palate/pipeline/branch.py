"""A branch that has been fitted: from a person's history to a score for every item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.nested import needs_of
from palate.data import Query
from palate.errors import ComponentError
from palate.pipeline.candidates import scored


@dataclass(frozen=True)
class FittedBranch:
    """A fitted ranker, with the aggregator and item vectors (float32[items, d]) it works on, if any.

    With an `index` only the candidates it finds for a person are scored; all others are NaN.
    """

    name: str
    ranker: Any
    aggregator: Any = None
    vectors: NDArray[np.float32] | None = None
    index: Any = None

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a row of NaN for a person the ranker cannot serve."""
        served = self.serves(query)
        if served.all():
            return self._score(query)
        scores = np.full((len(query), query.history.n_items), np.nan, np.float32)
        if served.any():
            scores[served] = self._score(query.take(np.flatnonzero(served)))
        return scores

    def serves(self, query: Query) -> NDArray[np.bool_]:
        """bool[n]: whether the ranker's needs are met for each person."""
        needs = needs_of(self.ranker)
        served = np.ones(len(query), bool)
        if "history" in needs:
            served &= query.history.counts > 0
        if "known users" in needs:
            served &= query.users >= 0
        return served

    def profile(self, query: Query) -> NDArray[np.float32] | None:
        """The interest vectors of each person, float32[n, interests, d], or None without aggregator."""
        if self.aggregator is None or self.vectors is None:
            return None
        interests = np.asarray(self.aggregator.profile(query, self.vectors))
        if interests.ndim != 3 or interests.shape[0] != len(query):
            raise ComponentError(
                f"aggregator {self.aggregator.name!r} in branch {self.name!r} must give an array of shape "
                f"({len(query)}, interests, {self.vectors.shape[1]}); got {interests.shape}"
            )
        return interests

    def _score(self, query: Query) -> NDArray[np.float32]:
        interests = self.profile(query)
        asked = query if interests is None else query.with_interests(interests)
        scores = np.asarray(
            self.ranker.score(asked) if self.index is None else scored(self.ranker, self.index, asked)
        )
        wanted = (len(query), query.history.n_items)
        if scores.shape != wanted or scores.dtype != np.float32:
            raise ComponentError(
                f"ranker {self.ranker.name!r} in branch {self.name!r} must give float32 scores of shape "
                f"{wanted}; got {scores.dtype} {scores.shape}"
            )
        return scores
