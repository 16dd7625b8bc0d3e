"""RP3beta: random walks of three steps, with a penalty on popular items."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
import scipy.sparse as sp
from annotated_types import Ge
from numpy.typing import NDArray

from palate.arrays.cooccurrence import Counts, exact_unit, exact_weights
from palate.arrays.products import SparseWeights, history_product
from palate.data import Added, Query, Training
from palate.data.contributions import Contributions, summed
from palate_graph.from_counts import COUNTED, last_of_each, strongest_of
from palate_graph.normalisation import power, scaled
from palate_graph.sparse_product import strongest

MANY = 10  # with more than one in so many events moved, putting items in another order too, a fit is quicker
FINE = 64  # multiples of the unit that the smallest share of a user is at least


@dataclass
class RP3beta:
    """Items that random walks of three steps reach, popular ones penalised (RP3beta).

    Paudel et al. (2017), "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
    Applications", with the exponent of Cooper et al. (2014): a walk goes from the user to an item
    of theirs, to another user of it, to another item of that one. With P_iu = D_i⁻¹Xᵀ and
    P_ui = D_u⁻¹X, each entry to the power `alpha`, the weight from item i to item j is
    (P_iu·P_ui)_ij / popularity_j^beta; each item keeps its `neighbours` largest weights, and scores
    are X·W. Time grows with the square of the number of items; memory with items times neighbours.
    """

    name: ClassVar[str] = "rp3beta"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    cost: ClassVar[dict[str, float]] = {"items": 2}

    alpha: Annotated[float, Ge(0)] = 0.6
    beta: Annotated[float, Ge(0)] | Literal["auto"] = "auto"
    """How strongly popular items are penalised: 0 not at all; `auto`: more, the more events items have."""
    neighbours: Annotated[int, Ge(1)] = 200

    weights_: SparseWeights = field(init=False, repr=False, compare=False)
    walks_: Counts | None = field(init=False, repr=False, compare=False)
    """Xᵀ·D_u⁻ᵃ·X, from which `partial_fit` goes on; none for large catalogues."""
    unit_: float = field(init=False, repr=False, compare=False)
    """What the shares of users are multiples of, so that sums of them are exact."""

    def fit(self, training: Training) -> RP3beta:
        """Compute the weights of each item for others: sparse float32[items, items], one row an item."""
        matrix, popularity = training.history.matrix, training.history.popularity
        from_users = self._from_users(matrix)
        self.unit_ = exact_unit(matrix, from_users)
        if self._is_counted(matrix.shape[1], from_users):
            self._find(Counts.of(matrix, exact_weights(from_users, self.unit_)), popularity)
            return self
        onwards = scaled(matrix, from_users, power(popularity, -self._beta(popularity)))
        back = scaled(matrix, np.ones(matrix.shape[0]), power(popularity, -self.alpha)).T.tocsr()
        self.walks_ = None
        self.weights_ = SparseWeights(strongest(back, onwards, self.neighbours))
        return self

    def partial_fit(self, added: Added, removed: Training) -> RP3beta:
        """Walk by users who changed, and find the strongest weights anew: what `fit` gives, bit for bit.

        It is `fit` for large catalogues, where items are gone, where the data have grown to another power of
        two, and where many users are gone, which would take longer.
        """
        count, whole, gone = added.history.n_items, added.whole.history, added.anyone_gone(removed)
        many = gone and MANY * len(removed.history.items) > len(whole.items)
        if self.walks_ is None or len(added.whole.items) != count or many:
            return self.fit(added.whole)
        from_users = self._from_users(whole.matrix)
        same = exact_unit(whole.matrix, from_users) == self.unit_
        if not (same and self._is_counted(count, from_users)):
            return self.fit(added.whole)
        now, before = added.history.matrix, removed.history.matrix
        shares = tuple(exact_weights(self._from_users(each), self.unit_) for each in (now, before))
        last = added.by_item(last_of_each(self.weights_.matrix, self.neighbours))
        walks = self.walks_.changed(now, before, added.item_rows, shares)
        if gone:
            walks = walks.in_order(whole.popularity)  # not even the order of items stays
        self._find(walks, whole.popularity, last)
        return self

    def _is_counted(self, n_items: int, from_users: NDArray[np.float64]) -> bool:
        """Whether the walks are held for all pairs of items, and the unit is small beside every user."""
        least = from_users[from_users > 0].min(initial=1.0)
        return n_items <= COUNTED and self.unit_ <= least / FINE

    def _find(
        self, walks: Counts, popularity: NDArray[np.integer], last: NDArray[np.float32] | None = None
    ) -> None:
        rows, columns = power(popularity, -self.alpha), power(popularity, -self._beta(popularity))
        self.weights_ = SparseWeights(strongest_of(walks, self.neighbours, rows, columns, last))
        self.walks_ = walks

    def _from_users(self, matrix: sp.csr_array) -> NDArray[np.float64]:
        return power(np.diff(matrix.indptr), -self.alpha)

    def _beta(self, popularity: NDArray[np.integer]) -> float:
        return _penalty(popularity) if self.beta == "auto" else self.beta

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: 0 for an item that no walk from the user's items reaches."""
        return history_product(query.history.matrix, self.weights_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The weight of each item of the history for the one of the score."""
        return summed(query, self.weights_, items)


def _penalty(popularity: NDArray[np.integer]) -> float:
    """0.18·log(mean events of an item / 5), from 0 to 1: .2 with 15 events an item, .7 with 250.

    Through what was best on Yelp (14 events an item: .1 to .2) and MovieLens-1M (246: .7).
    """
    known = popularity[popularity > 0]
    return float(np.clip(0.18 * np.log(known.mean() / 5), 0.0, 1.0)) if len(known) else 0.0
