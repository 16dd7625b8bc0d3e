"""Precision as implicit computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits


@dataclass
class PrecisionImplicit:
    """Precision of implicit: hits of all users together over the hits that were possible.

    Σ hits@k / Σ min(k, relevant), both sums over users. It is neither a mean over users nor the
    share of relevant items among the first k: a user with more relevant items counts more, and every
    user can reach 1. For reproducing what implicit.evaluation.precision_at_k reports.
    """

    name: ClassVar[str] = "precision-implicit"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value in [0, 1] for all users together; NaN where nothing is relevant."""
        hits = np.count_nonzero(first_hits(ranking, truth, self.k))
        possible = np.minimum(truth.counts, self.k).sum()
        return float(hits / possible) if possible else float("nan")
