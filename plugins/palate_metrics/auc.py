"""Area under the ROC curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits


@dataclass
class AUC:
    """Probability that a relevant item is ranked above another one.

    The mean over all pairs of a relevant and another unseen item: 1 where the relevant one is ranked
    above, 0 where the other is, and 1/2 where neither is among the first `k` (the whole ranking, if k
    is not given). With the whole catalogue ranked this is the area under the ROC curve; with fewer
    items it is that area with all the rest tied below them.
    Rendle et al., BPR: Bayesian personalized ranking from implicit feedback, UAI 2009; ties after
    Hanley and McNeil, Radiology 1982.
    """

    name: ClassVar[str] = "auc"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] | None = None

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items, or without other ones."""
        hits = first_hits(ranking, truth, self.k or ranking.k)
        misses = (ranking.items[:, : hits.shape[1]] >= 0) & ~hits
        masked = 0 if truth.history is None or not truth.masks else np.diff(truth.history.matrix.indptr)
        others = truth.n_items - masked - truth.counts
        behind = others[:, None] - np.cumsum(misses, axis=1)
        beaten = np.where(hits, behind, 0).sum(axis=1)
        tied = (truth.counts - np.count_nonzero(hits, axis=1)) * (others - np.count_nonzero(misses, axis=1))
        pairs = truth.counts * others
        return np.where(pairs > 0, (beaten + tied / 2) / np.maximum(pairs, 1), np.nan)
