"""Mean average precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, reachable, with_relevant


@dataclass
class AveragePrecision:
    """Mean of the precision at the place of each hit.

    AP@k = Σ hit(i) · precision@i / min(k, relevant) over the places i = 1 … k, so that a perfect
    ranking has 1 whatever k; its mean over users is MAP@k. trec_eval and ir_measures divide by
    the number of relevant items: theirs is this one times min(k, relevant) / relevant. The
    measure: Buckley and Voorhees, Evaluating evaluation measure stability, SIGIR 2000; this
    denominator: McFee et al., The Million Song Dataset Challenge, WWW 2012.
    """

    name: ClassVar[str] = "map"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items."""
        hits = first_hits(ranking, truth, self.k)
        precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
        return with_relevant((hits * precision).sum(axis=1) / reachable(truth, self.k), truth)
