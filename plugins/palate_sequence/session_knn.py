"""Neighbour sessions: what is in histories that share the user's last items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate.arrays.topk import top_k
from palate.data import Query, Training
from palate_sequence.recent import recent


@dataclass
class SessionKNN:
    """Items of the histories most similar to the user's last items, later ones weighing more.

    Jannach and Ludewig (2017), "When Recurrent Neural Networks meet the Neighborhood for Session-Based
    Recommendation", with weights by position as in V-SKNN (Ludewig and Jannach 2018). The history of each
    user of the training data is a session. Its similarity to the user is the sum of the weights of the
    items they share, `decay`^k for the event k places before the last of the `last` last ones, over the root
    of the number of items of the session. An item's score is the sum of the similarities of the `neighbours`
    most similar sessions that have it. Fitting computes nothing; scoring is the slow part.
    """

    name: ClassVar[str] = "session-knn"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    reads_order: ClassVar[bool] = True
    cost: ClassVar[dict[str, float]] = {"users": 2}

    neighbours: Annotated[int, Ge(1)] = 100
    """How many sessions are summed."""
    last: Annotated[int, Ge(1)] = 10
    """How many of the user's last events are compared."""
    decay: Annotated[float, Gt(0), Le(1)] = 0.8
    """How much less an event weighs than the one after it."""

    sessions_: SparseWeights = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> SessionKNN:
        """Keep the sessions, sparse float32[sessions, items]."""
        matrix = training.history.matrix
        self.sessions_ = SparseWeights(matrix[np.flatnonzero(np.diff(matrix.indptr))])
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: 0 for an item of no neighbour."""
        return history_product(self._votes(query), self.sessions_)

    def _votes(self, query: Query) -> sp.csr_array:
        """Sparse float32[n, sessions]: the similarities to the nearest sessions."""
        sessions = self.sessions_.matrix
        scaled = sessions.T.tocsr().astype(np.float32)
        scaled.data /= np.sqrt(np.maximum(np.diff(sessions.indptr), 1)).astype(np.float32)[scaled.indices]
        near = history_product(recent(query.history, self.last, self.decay), SparseWeights(scaled))
        near[near <= 0] = -np.inf
        who, value = top_k(near, min(self.neighbours, near.shape[1]))
        there = who >= 0
        indptr = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32)
        votes = sp.csr_array((value[there], who[there], indptr), shape=near.shape)
        votes.sort_indices()
        return votes
