"""Mean reciprocal rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, with_relevant


@dataclass
class ReciprocalRank:
    """One over the place of the first hit, 0 where none is among the first k.

    Its mean over users is MRR@k. Voorhees, The TREC-8 question answering track report, 1999.
    """

    name: ClassVar[str] = "mrr"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        hits = first_hits(ranking, truth, self.k)
        return with_relevant(hits.any(axis=1) / (hits.argmax(axis=1) + 1), truth)
