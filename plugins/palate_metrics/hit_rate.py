"""Hit rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, judged


@dataclass
class HitRate:
    """Whether anything relevant is among the first k: 1 or 0 a person.

    Success@k of information retrieval, HR@k of recommendation: Deshpande and Karypis, Item-based
    top-N recommendation algorithms, TOIS 2004.
    """

    name: ClassVar[str] = "hit-rate"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n], 0 or 1; NaN for a person without relevant items."""
        return judged(np.where(first_hits(ranking, truth, self.k).any(axis=1), 1.0, 0.0), truth)
