"""First-order transitions: what came next after the same item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge, Gt, Le
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate.arrays.rows import entry_rows
from palate.data import Added, History, Query, Training
from palate.data.change import beyond_common
from palate.data.contributions import Contributions
from palate_sequence.recent import recent

_EXACT = 2**23  # float32 holds every whole number up to twice this


@dataclass
class Markov:
    """What came next after the user's last items, smoothed with popularity (Markov chain).

    The probability of item j after item i is (n_ij + s·p_j) / (n_i + s): n_ij counts how often j came right
    after i in a history, n_i how often anything did, p_j is the share of j among all events, and s the
    `smoothing` (Dirichlet smoothing, Zhai and Lafferty 2004). A score is the mean of these probabilities
    over the `last` last events, the one k places before the last weighing `decay`^k. It reads no times, only
    the order of events.
    """

    name: ClassVar[str] = "markov"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    reads_order: ClassVar[bool] = True

    smoothing: Annotated[float, Gt(0)] = 1.0
    """How many transitions popularity counts for."""
    last: Annotated[int, Ge(1)] = 3
    """How many of the user's last events are read."""
    decay: Annotated[float, Gt(0), Le(1)] = 0.5
    """How much less an event weighs than the one after it."""

    next_: SparseWeights = field(init=False, repr=False, compare=False)
    """How often each item came right after each: sparse float32[items, items], row i what follows item i."""
    unseen_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    """What is left for popularity after each item, s / (n_i + s)."""
    events_: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Markov:
        """Count the transitions."""
        history = training.history
        events = np.bincount(history.items, minlength=history.n_items)
        return self._keep(transitions(history).astype(np.float32), events)

    def partial_fit(self, added: Added, removed: Training) -> Markov:
        """Count the transitions that came and no longer those that went: what `fit` gives, bit for bit."""
        counts = self.next_.matrix
        if counts.data.max(initial=0) >= _EXACT:
            return self.fit(added.whole)
        n, size = added.history.n_items, len(added.whole.items)
        if not added.same_items:
            at, rows = counts.tocoo(), added.item_rows
            counts = sp.coo_array((at.data, (rows[at.row], rows[at.col])), shape=(n, n)).tocsr()
        now, before = beyond_common(added.history, removed.history)
        came, went = (np.bincount(each.items, minlength=n) for each in (now, before))
        found = counts + (transitions(now) - transitions(before)).astype(np.float32)
        events = added.by_item(self.events_) + came - went
        return self._keep(found if n == size else found[:size, :size].tocsr(), events[:size])

    def _keep(self, counts: sp.csr_array, events: NDArray[np.int64]) -> Markov:
        self.next_, self.events_ = SparseWeights(counts), events
        total = np.asarray(counts.sum(axis=1, dtype=np.float64))
        self.unseen_ = (self.smoothing / (total + self.smoothing)).astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: probabilities, each row's sum 1; 0 without history."""
        asked = recent(query.history, self.last, self.decay)
        unseen = asked.multiply(self.unseen_[None, :]).tocsr()
        scores = history_product(unseen * np.float32(1 / self.smoothing), self.next_)
        scores += np.asarray(unseen.sum(axis=1))[:, None] * self._popularity
        return scores

    @property
    def _popularity(self) -> NDArray[np.float32]:
        """The share of each item among all events."""
        return (self.events_ / max(self.events_.sum(), 1)).astype(np.float32)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """What each item of the history contributes to the score of one item a user."""
        matrix = query.history.matrix
        rows = entry_rows(matrix)
        weight = np.asarray(recent(query.history, self.last, self.decay)[rows, matrix.indices]).ravel()
        follows = np.asarray(self.next_.matrix[matrix.indices, items[rows]]).ravel() / self.smoothing
        follows = (follows + self._popularity[items[rows]]) * self.unseen_[matrix.indices]
        return Contributions(np.zeros(len(query)), weight * follows)


def transitions(history: History) -> sp.csr_array:
    """Sparse float64[items, items]: how often the one came right after the other in a history."""
    within = history.owners[1:] == history.owners[:-1]
    before, after = history.items[:-1][within], history.items[1:][within]
    shape = (history.n_items, history.n_items)
    counts = sp.coo_array((np.ones(len(before)), (before, after)), shape=shape).tocsr()
    counts.sum_duplicates()
    return counts
