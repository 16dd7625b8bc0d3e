"""How little known what was recommended is."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate.errors import ComponentError
from palate_metrics.beyond import mean_of_ranked
from palate_metrics.relevance import judged


@dataclass
class Novelty:
    """Mean self-information of the first k, in bits: 0 for what everybody has met.

    -log2(people who met the item in training / people in training), averaged over what is ranked
    among the first k; an item that nobody has met counts as met by one. Zhou et al., Solving the
    apparent diversity-accuracy dilemma of recommender systems, PNAS 2010; RecTools' MeanInvUserFreq.
    """

    name: ClassVar[str] = "novelty"
    bounds: ClassVar[tuple[float, float]] = (0, inf)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n], 0 and more; NaN for a person without relevant or ranked items."""
        if not truth.trained:
            raise ComponentError("metric 'novelty' needs the number of people in training")
        bits = np.log2(truth.trained / np.maximum(truth.popularity, 1))
        return judged(mean_of_ranked(bits, ranking, self.k), truth)
