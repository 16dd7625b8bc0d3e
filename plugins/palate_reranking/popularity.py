"""Less popular items further up."""

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
    """Lowers each score by the popularity of the item.

    The new score is relevance - penalty · log(1 + users) / log(1 + users of the most popular):
    relevance is the score, scaled for each user to [0, 1] over the ranking, users
    are those of the item in training. `penalty` 0 keeps the order; at 1 the best item, if it is the most
    popular one, equals the worst without interactions.

    A linear correction of popularity bias after the ranking, in the manner of Steck, Item popularity
    and recommendation accuracy, RecSys 2011.
    """

    name: ClassVar[str] = "popularity-penalty"

    penalty: Annotated[float, Ge(0)] = 0.2

    known_: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> PopularityPenalty:
        """Keep the popularity of each item, float64[items] in [0, 1]."""
        known = np.log1p(training.history.popularity)
        self.known_ = known / max(float(known.max(initial=0)), 1e-300)
        return self

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The same items by their new scores; equal ones keep their order."""
        known = self.known_[np.maximum(ranking.items, 0)]
        scores = (relevance(ranking) - self.penalty * known).astype(np.float32)
        return reordered(ranking, np.argsort(-scores, axis=1, kind="stable"), scores)
