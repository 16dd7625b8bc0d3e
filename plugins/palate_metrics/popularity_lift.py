"""How much more popular the recommendations are than the user's history."""

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
class PopularityLift:
    """Mean popularity of the first k against that of the user's items, less 1.

    0 is as popular as the user's own past, 1 twice as popular, -0.5 half; lower is better, as what
    is measured is how far popularity is amplified. Popularity is the number of users who interacted with the
    item in training; a user's past counts each item once. Abdollahpouri et al., The connection
    between popularity bias, calibration, and fairness in recommendation, RecSys 2020, who take the
    two means over a group of users; here each user has their own.
    """

    name: ClassVar[str] = "popularity-lift"
    bounds: ClassVar[tuple[float, float]] = (-1, inf)
    lower_is_better: ClassVar[bool] = True

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n], -1 and more; NaN for a user without relevant items or without a history."""
        if truth.history is None:
            raise ComponentError("metric 'popularity-lift' needs the histories of users")
        popularity = truth.popularity.astype(np.float64)
        past = truth.history.matrix
        own = (past @ popularity) / np.maximum(np.diff(past.indptr), 1)
        lift = mean_of_ranked(popularity, ranking, self.k) / np.where(own > 0, own, np.nan) - 1
        return with_relevant(lift, truth)
