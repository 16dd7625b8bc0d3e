"""Precision as implicit counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits


@dataclass
class PrecisionImplicit:
    """Precision of implicit: hits of all people together against the hits that were possible.

    Σ hits@k / Σ min(k, relevant), both sums over people. It is neither a mean over people nor the
    share of the first k that is relevant: who has more relevant items counts more, and everybody can
    reach 1. For reproducing what implicit.evaluation.precision_at_k reports.
    """

    name: ClassVar[str] = "precision-implicit"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One figure in [0, 1] for all people together; NaN where nothing is relevant."""
        hits = np.count_nonzero(first_hits(ranking, truth, self.k))
        possible = np.minimum(truth.counts, self.k).sum()
        return float(hits / possible) if possible else float("nan")
