"""Whether recommendations have the user's mix of genres."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Gt, Lt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate.errors import ComponentError
from palate_metrics.item_values import attribute_matrix
from palate_metrics.relevance import with_relevant

CELLS = 2**22


@dataclass
class Calibration:
    """Divergence of the genres of the first k from those of the user's history. Lower is better.

    The Kullback-Leibler divergence Σ p(g)·ln(p(g) / q̃(g)) with q̃ = (1 - smoothing)·q + smoothing·p:
    p is the mean over the user's items, each once, of an even distribution over the
    item's values; q the same over the first k. 0 is the same mix, ln(1 / smoothing) nothing in
    common. Items without a value are left out. Steck, Calibrated recommendations, RecSys 2018, with
    even weights for items.
    """

    name: ClassVar[str] = "calibration"
    bounds: ClassVar[tuple[float, float]] = (0, inf)
    lower_is_better: ClassVar[bool] = True

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""
    attribute: str = "genres"
    """The attribute of the items that is compared."""
    smoothing: Annotated[float, Gt(0), Lt(1)] = 0.01
    """Share of the user's mix that is added to that of the list, so that none of it is zero."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n], 0 and more; NaN without relevant items, or values in the history or the first k.

        Raises ComponentError where the items have no such attribute.
        """
        if truth.history is None:
            raise ComponentError("metric 'calibration' needs the histories of users")
        values = attribute_matrix(self.name, truth, self.attribute)
        each = sp.csr_array(values / np.maximum(values.sum(axis=1), 1)[:, None])
        past = truth.history.matrix.astype(np.float64) @ each
        given = _shown(ranking, self.k, truth.n_items) @ each
        step = max(1, CELLS // max(each.shape[1], 1))
        parts = [
            self._divergence(past[start : start + step], given[start : start + step])
            for start in range(0, len(ranking), step)
        ]
        return with_relevant(np.concatenate(parts), truth)

    def _divergence(self, past: sp.csr_array, given: sp.csr_array) -> NDArray[np.float64]:
        """float64[rows]: the divergence of each of some users."""
        wanted = _distribution(past)
        smooth = (1 - self.smoothing) * _distribution(given) + self.smoothing * wanted
        ratio = np.divide(wanted, smooth, out=np.ones_like(wanted), where=wanted > 0)
        return np.asarray((wanted * np.log(ratio)).sum(axis=1), np.float64)


def _shown(ranking: Ranking, k: int, n_items: int) -> sp.csr_array:
    """Users x items, float64: 1 for each of the first k."""
    items = ranking.items[:, :k]
    there = items >= 0
    indptr = np.concatenate([[0], np.cumsum(np.count_nonzero(there, axis=1))])
    shape = (len(ranking), n_items)
    return sp.csr_array((np.ones(int(indptr[-1])), items[there], indptr), shape=shape)


def _distribution(sums: sp.csr_array) -> NDArray[np.float64]:
    """float64[n, values], each row divided by its sum; NaN where that is 0."""
    dense = sums.toarray()
    total = dense.sum(axis=1, keepdims=True)
    return np.asarray(dense / np.where(total > 0, total, np.nan), np.float64)
