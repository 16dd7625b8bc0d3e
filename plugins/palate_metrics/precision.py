"""Precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, with_relevant


@dataclass
class Precision:
    """Share of relevant items among the first k.

    hits@k / k. The denominator is k even where fewer are ranked or relevant: an empty place is a
    miss. Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, section 8.4.
    """

    name: ClassVar[str] = "precision"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        hits = np.count_nonzero(first_hits(ranking, truth, self.k), axis=1)
        return with_relevant(hits / self.k, truth)
