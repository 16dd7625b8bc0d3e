"""Mean reciprocal rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, judged


@dataclass
class ReciprocalRank:
    """One over the place of the first hit, 0 where none is among the first k.

    Its mean over people is MRR@k. Voorhees, The TREC-8 question answering track report, 1999.
    """

    name: ClassVar[str] = "mrr"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a person without relevant items."""
        hits = first_hits(ranking, truth, self.k)
        return judged(hits.any(axis=1) / (hits.argmax(axis=1) + 1), truth)
