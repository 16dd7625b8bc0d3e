"""Recall that anybody can bring to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, judged, reachable


@dataclass
class CappedRecall:
    """Share of the hits that the first k could hold.

    hits@k / min(k, relevant): where a person has more than k relevant items, `recall` cannot reach 1
    and this can. The Recall@R of Liang et al., Variational autoencoders for collaborative filtering,
    WWW 2018, and the recall of many later papers.
    """

    name: ClassVar[str] = "capped-recall"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a person without relevant items."""
        hits = np.count_nonzero(first_hits(ranking, truth, self.k), axis=1)
        return judged(hits / reachable(truth, self.k), truth)
