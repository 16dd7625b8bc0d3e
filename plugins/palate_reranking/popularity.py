"""The less known further up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.data import Query, Ranking, Training
from palate_reranking.ordering import relevance, reordered


@dataclass
class PopularityPenalty:
    """Takes from each score what the item's popularity is worth.

    The new score is relevance - penalty · log(1 + people) / log(1 + people of the most popular):
    relevance is the score, scaled for each person to [0, 1] over the items handed in, `people`
    those who met the item in training. `penalty` 0 keeps the order; at 1 the best item, were it the
    most popular one, stands level with the worst that nobody has met.

    A linear correction of popularity bias after the ranking, in the manner of Steck, Item popularity
    and recommendation accuracy, RecSys 2011.
    """

    name: ClassVar[str] = "popularity-penalty"

    penalty: Annotated[float, Ge(0)] = 0.2

    known_: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> PopularityPenalty:
        """Keep how well known each item is, float64[items] in [0, 1]."""
        known = np.log1p(training.history.popularity)
        self.known_ = known / max(float(known.max(initial=0)), 1e-300)
        return self

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The same items by their new scores; of equals, that which stood first."""
        known = self.known_[np.maximum(ranking.items, 0)]
        scores = (relevance(ranking) - self.penalty * known).astype(np.float32)
        return reordered(ranking, np.argsort(-scores, axis=1, kind="stable"), scores)
