"""Recall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, with_relevant


@dataclass
class Recall:
    """Share of a user's relevant items that are among the first k.

    hits@k / relevant. The denominator is the number of relevant items, so a user with more than k
    relevant items cannot reach 1. Manning, Raghavan and Schütze, Introduction to Information
    Retrieval, 2008, section 8.3.
    """

    name: ClassVar[str] = "recall"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        hits = np.count_nonzero(first_hits(ranking, truth, self.k), axis=1)
        return with_relevant(hits / np.maximum(truth.counts, 1), truth)
