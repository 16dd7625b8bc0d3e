"""Hit rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, with_relevant


@dataclass
class HitRate:
    """1 for a user with a relevant item among the first k, else 0.

    Success@k of information retrieval, HR@k of recommendation: Deshpande and Karypis, Item-based
    top-N recommendation algorithms, TOIS 2004.
    """

    name: ClassVar[str] = "hit-rate"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n], 0 or 1; NaN for a user without relevant items."""
        return with_relevant(np.where(first_hits(ranking, truth, self.k).any(axis=1), 1.0, 0.0), truth)
