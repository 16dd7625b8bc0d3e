"""Recall whose maximum is 1 for every user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, reachable, with_relevant


@dataclass
class CappedRecall:
    """Hits among the first k over the most that are possible.

    hits@k / min(k, relevant): where a user has more than k relevant items, `recall` cannot reach 1
    and this can. The Recall@R of Liang et al., Variational autoencoders for collaborative filtering,
    WWW 2018, and the recall of many later papers.
    """

    name: ClassVar[str] = "capped-recall"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        hits = np.count_nonzero(first_hits(ranking, truth, self.k), axis=1)
        return with_relevant(hits / reachable(truth, self.k), truth)
