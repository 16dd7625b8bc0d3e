"""NDCG as Elliot computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate.errors import ComponentError
from palate_metrics.relevance import first_hits


@dataclass
class NDCGElliot:
    """NDCG of Elliot: gains grow exponentially with the rating.

    DCG@k / IDCG@k with DCG@k = Σ g(i) / log2(i + 1) and the gain g = 2^(rating - threshold + 1) - 1
    of a relevant item, 0 below the threshold; IDCG@k puts the largest gains first. With a
    `threshold` of 1 and ratings of 1 it is `ndcg`. Elliot evaluates only users with an item at the
    threshold or above. Anelli et al., Elliot, SIGIR 2021; the gain is that of Burges et al., ICML 2005.
    """

    name: ClassVar[str] = "ndcg-elliot"
    bounds: ClassVar[tuple[float, float]] = (0, 1)
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""
    threshold: float = 1.0

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without a relevant item rated at the threshold.

        Raises ComponentError where there are no ratings.
        """
        if truth.gains is None:
            raise ComponentError("metric 'ndcg-elliot' needs ratings; the data have none: use 'ndcg'")
        above = truth.gains >= self.threshold
        gains = np.where(above, np.exp2(truth.gains.astype(np.float64) - self.threshold + 1) - 1, 0.0)
        discount = 1 / np.log2(np.arange(2, self.k + 2))
        best = _best_first(gains, truth, self.k) @ discount
        found = _gains_of_hits(gains, ranking, truth, self.k)
        reached = found @ discount[: found.shape[1]]
        return np.where(best > 0, reached / np.where(best > 0, best, 1), np.nan)


def _best_first(gains: NDArray[np.float64], truth: Truth, k: int) -> NDArray[np.float64]:
    """float64[n, k]: the largest gains of each user, 0 where there are fewer than k."""
    owners = np.repeat(np.arange(len(truth)), truth.counts)
    order = np.lexsort((-gains, owners))
    place = np.arange(len(gains)) - np.repeat(truth.indptr[:-1], truth.counts)
    table = np.zeros((len(truth), k))
    first = place < k
    table[owners[first], place[first]] = gains[order][first]
    return table


def _gains_of_hits(gains: NDArray[np.float64], ranking: Ranking, truth: Truth, k: int) -> NDArray[np.float64]:
    """float64[n, min(k, ranking.k)]: the gain at each place, 0 for a miss."""
    hits = first_hits(ranking, truth, k)
    users, places = np.nonzero(hits)
    owners = np.repeat(np.arange(len(truth), dtype=np.int64), truth.counts)
    keys = owners * truth.n_items + truth.relevant
    found = np.zeros(hits.shape)
    found[users, places] = gains[np.searchsorted(keys, users * truth.n_items + ranking.items[users, places])]
    return found
