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
from palate.arrays.strongest import carried
from palate.data import Added, History, Query, Training
from palate.data.contributions import Contributions, summed
from palate_graph.from_counts import COUNTED, Scaled, last_of_each, strongest_of, strongest_still
from palate_graph.normalisation import power, scaled
from palate_graph.sparse_product import strongest

MANY = 3  # with more than one in so many events moved, putting items in another order too, a fit is quicker
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
        from_users = self._from_users(training.history)
        self.unit_ = exact_unit(*training.history.different, from_users)
        if self._is_counted(matrix.shape[1], from_users):
            walks = Counts.of(matrix, exact_weights(from_users, self.unit_))
            self._keep(walks, strongest_of(walks, self.neighbours, self._scaled(popularity)))
            return self
        onwards = scaled(matrix, from_users, power(popularity, -self._beta(popularity)))
        back = scaled(matrix, np.ones(matrix.shape[0]), power(popularity, -self.alpha)).T.tocsr()
        self.walks_ = None
        self.weights_ = SparseWeights(strongest(back, onwards, self.neighbours))
        return self

    def partial_fit(self, added: Added, removed: Training) -> RP3beta:
        """Walk by users who changed, and find the strongest weights anew: what `fit` gives, bit for bit.

        It is `fit` for large catalogues, where items are gone, where the data have grown to another power of
        two, and where users with more than a third of the events are gone, which would take longer.
        """
        count, whole, gone = added.history.n_items, added.whole.history, added.anyone_gone(removed)
        many = gone and MANY * len(removed.history.items) > len(whole.items)
        if self.walks_ is None or len(added.whole.items) != count or many:
            return self.fit(added.whole)
        from_users = self._from_users(whole)
        same = exact_unit(*whole.different, from_users) == self.unit_
        if not (same and self._is_counted(count, from_users)):
            return self.fit(added.whole)
        now, before = added.history, removed.history
        shares = tuple(exact_weights(self._from_users(each), self.unit_) for each in (now, before))
        walks = self.walks_.changed(now.matrix, before.matrix, added.item_rows, shares)
        if gone:
            walks = walks.in_order(whole.popularity)  # not even the order of items stays
        earlier = whole.popularity - now.popularity + before.popularity
        last = added.by_item(last_of_each(self.weights_.matrix, self.neighbours))
        had, has = added.by_item(self.walks_.diagonal), walks.diagonal
        growth = np.divide(has, had, out=np.ones_like(has), where=had > 0)
        scaled = self._scaled(whole.popularity)
        about = carried(last, self._scaled(earlier), scaled, growth)
        self._keep(walks, strongest_still(walks, self.neighbours, scaled, about))
        return self

    def _is_counted(self, n_items: int, from_users: NDArray[np.float64]) -> bool:
        """Whether the walks are held for all pairs of items, and the unit is small beside every user."""
        least = from_users[from_users > 0].min(initial=1.0)
        return n_items <= COUNTED and self.unit_ <= least / FINE

    def _keep(self, walks: Counts, weights: sp.csr_array) -> None:
        self.weights_, self.walks_ = SparseWeights(weights), walks

    def _scaled(self, popularity: NDArray[np.integer]) -> Scaled:
        rows, columns = power(popularity, -self.alpha), power(popularity, -self._beta(popularity))
        return Scaled(rows.astype(np.float32), columns.astype(np.float32))

    def _from_users(self, history: History) -> NDArray[np.float64]:
        return power(history.different[1], -self.alpha)

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
