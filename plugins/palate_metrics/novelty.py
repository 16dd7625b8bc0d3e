"""How little known the recommended items are."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate.errors import ComponentError
from palate_metrics.item_values import mean_of_ranked
from palate_metrics.relevance import with_relevant


@dataclass
class Novelty:
    """Mean self-information of the first k, in bits: 0 for an item of every user.

    -log2(users of the item in training / users in training), averaged over the ranked items among the
    first k; an item without interactions counts as one of one user. Zhou et al., Solving the apparent
    diversity-accuracy dilemma of recommender systems, PNAS 2010; RecTools' MeanInvUserFreq.
    """

    name: ClassVar[str] = "novelty"
    bounds: ClassVar[tuple[float, float]] = (0, inf)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n], 0 and more; NaN for a user without relevant or ranked items."""
        if not truth.trained:
            raise ComponentError("metric 'novelty' needs the number of users in training")
        bits = np.log2(truth.trained / np.maximum(truth.popularity, 1))
        return with_relevant(mean_of_ranked(bits, ranking, self.k), truth)
