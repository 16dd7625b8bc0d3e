"""How far predicted ratings are from those given."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.data import Ranking, Truth


@dataclass
class RatingError(ABC):
    """An error of predicted ratings over all of them together; how it is taken is the subclass's."""

    needs: ClassVar[frozenset[str]] = frozenset({"ratings", "predictions"})
    bounds: ClassVar[tuple[float, float]] = (0, math.inf)
    lower_is_better: ClassVar[bool] = True

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value for all held-out ratings together."""
        if truth.rated is None or not len(truth.rated.errors):
            return float("nan")
        return self._mean(truth.rated.errors)

    @abstractmethod
    def _mean(self, errors: NDArray[np.float64]) -> float: ...


@dataclass
class RMSE(RatingError):
    """Root mean squared error of predicted ratings: √(mean of (predicted - given)²) over held-out ratings.

    All ratings in the part that is evaluated count once, whatever a feedback says of them; those for which
    the ranker predicts nothing do not. NaN for rankers whose scores are no ratings. It says nothing of how
    good recommendations are: most items are never rated. Herlocker et al., Evaluating collaborative
    filtering recommender systems, TOIS 2004.
    """

    name: ClassVar[str] = "rmse"

    def _mean(self, errors: NDArray[np.float64]) -> float:
        return float(np.sqrt(np.mean(errors**2)))


@dataclass
class MAE(RatingError):
    """Mean absolute error of predicted ratings: mean of |predicted - given| over held-out ratings.

    As `rmse`, with each error counting as it is, not squared. Herlocker et al., TOIS 2004.
    """

    name: ClassVar[str] = "mae"

    def _mean(self, errors: NDArray[np.float64]) -> float:
        return float(np.mean(np.abs(errors)))
