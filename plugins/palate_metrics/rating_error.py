"""How far predicted ratings are from those given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate.data import Ranking, Truth


@dataclass
class RMSE:
    """Root mean squared error of predicted ratings: √(mean of (predicted - given)²) over held-out ratings.

    All ratings in the part that is evaluated count once, whatever a feedback says of them; those for which
    the ranker predicts nothing do not. NaN for rankers whose scores are no ratings. It says nothing of how
    good recommendations are: most items are never rated. Herlocker et al., Evaluating collaborative
    filtering recommender systems, TOIS 2004.
    """

    name: ClassVar[str] = "rmse"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings", "predictions"})
    bounds: ClassVar[tuple[float, float]] = (0, math.inf)
    lower_is_better: ClassVar[bool] = True

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value for all held-out ratings together."""
        if truth.rated is None or not len(truth.rated.errors):
            return float("nan")
        return float(np.sqrt(np.mean(truth.rated.errors**2)))


@dataclass
class MAE:
    """Mean absolute error of predicted ratings: mean of |predicted - given| over held-out ratings.

    As `rmse`, with each error counting as it is, not squared. Herlocker et al., TOIS 2004.
    """

    name: ClassVar[str] = "mae"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings", "predictions"})
    bounds: ClassVar[tuple[float, float]] = (0, math.inf)
    lower_is_better: ClassVar[bool] = True

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value for all held-out ratings together."""
        if truth.rated is None or not len(truth.rated.errors):
            return float("nan")
        return float(np.mean(np.abs(truth.rated.errors)))
