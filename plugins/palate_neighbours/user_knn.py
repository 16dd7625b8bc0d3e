"""User-based nearest neighbours: items of similar users."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate.arrays.rows import csr_of, rows_of_two
from palate.arrays.topk import top_k
from palate.data import Added, Query, Training
from palate.data.contributions import Contributions
from palate_neighbours.item_similarity import Measure, check_shrink
from palate_neighbours.user_similarity import shared_by_item, similarities, weights_of_items


def _filled(added: Added, came: NDArray[np.bool_], went: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[users]: who had events: those who had some and changed, and those who have some and did not."""
    filled = went.copy()
    whole = added.whole.history.counts
    filled[: len(whole)] |= (whole > 0) & ~came[: len(whole)]
    return filled


@dataclass
class UserKNN:
    """Items of the users most similar to this one.

    An item's score is the sum of the similarities to those of the `neighbours` most similar users of
    the training data who have it (Resnick et al. 1994; Herlocker et al. 1999). `similarity` is

    - `cosine`: items in common / √(items of one · items of the other);
    - `jaccard`: items in common / items of either;
    - `tfidf`: cosine, each item weighing log((1 + users) / (1 + users of the item));
    - `bm25`: the product of Okapi BM25 weights (k1 1.2, b 0.75), users being the documents and
      items the words.

    `shrink` is added to the denominator. A user is compared by their history, so one of the training
    data is their own nearest neighbour, which adds only to items they have already. Fitting keeps the
    interactions and computes nothing; scoring is the slow part.
    """

    name: ClassVar[str] = "user-knn"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    cost: ClassVar[dict[str, float]] = {"users": 2}

    neighbours: Annotated[int, Ge(1)] = 100
    similarity: Measure = "cosine"
    shrink: Annotated[float, Ge(0)] = 0.0

    met_: SparseWeights = field(init=False, repr=False, compare=False)
    weights_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> UserKNN:
        """Keep the interactions, sparse float32[users, items], and what each item weighs.

        Raises ComponentError if `shrink` is set with `bm25`, which has no denominator.
        """
        check_shrink(self.name, self.similarity, self.shrink)
        met = training.history.matrix
        self._keep(met[np.flatnonzero(np.diff(met.indptr))])
        return self

    def partial_fit(self, added: Added, removed: Training) -> UserKNN:
        """Put the rows that changed in the place of what they were: what `fit` gives, bit for bit.

        It is `fit` where items are gone, or their order is another.
        """
        size, n_users = len(added.whole.items), len(added.history)
        if added.history.n_items != size or (np.diff(added.item_rows) < 0).any():
            return self.fit(added.whole)
        now = added.history.matrix
        came, went = np.diff(now.indptr) > 0, removed.history.counts > 0
        had = added.user_rows[_filled(added, came, went)[added.user_rows]]
        row = np.full(n_users, -1)
        row[had] = np.arange(len(had))
        row[went], row[came] = -1, len(had) + np.arange(np.count_nonzero(came))
        before = self.met_.matrix
        items = before.indices if added.same_items else added.item_rows[before.indices]
        kept = csr_of(before.data, items, before.indptr, (len(had), size))
        self._keep(rows_of_two(kept, now[came], row[row >= 0]))
        return self

    def _keep(self, met: sp.csr_array) -> None:
        self.met_, self.weights_ = SparseWeights(met), weights_of_items(met, self.similarity)

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: 0 for an item of no neighbour."""
        return history_product(self._votes(query), self.met_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """Each history item's share of the similarities to the neighbours with the scored item."""
        asking, met = query.history.matrix, self.met_.matrix
        votes = self._votes(query)
        past = np.zeros(asking.nnz)
        for row, item in enumerate(items.tolist()):
            entries = slice(votes.indptr[row], votes.indptr[row + 1])
            who, value = votes.indices[entries], votes.data[entries]
            said = met[who][:, [item]].toarray()[:, 0] * value
            one = asking[row : row + 1]
            shares = shared_by_item(one, met, who[said > 0], self.weights_, self.similarity)
            past[asking.indptr[row] : asking.indptr[row + 1]] = said[said > 0] @ shares
        return Contributions(np.zeros(len(query)), past)

    def _votes(self, query: Query) -> sp.csr_array:
        """Sparse float32[n, users]: the similarities to the nearest users."""
        asking, met = query.history.matrix, self.met_.matrix
        near = similarities(asking, met, self.weights_, self.similarity, self.shrink)
        who, value = top_k(near, min(self.neighbours, near.shape[1]))
        there = who >= 0
        indptr = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
        parts = (value[there], who[there], indptr.astype(np.int32))
        votes = sp.csr_array(parts, shape=near.shape)
        votes.sort_indices()
        return votes
