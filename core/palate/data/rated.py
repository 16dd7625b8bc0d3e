"""Ratings that were held out, beside those predicted for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Rated:
    """Held-out ratings of m pairs of user and item.

    `users` and `items` int32[m] are row numbers, `given` float32[m] the ratings that the users gave,
    `predicted` float32[m] what a ranker scores the pairs, NaN where it has no opinion.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    given: NDArray[np.float32]
    predicted: NDArray[np.float32]

    @property
    def errors(self) -> NDArray[np.float64]:
        """float64: predicted less given, of the pairs that have a prediction."""
        found = self.predicted.astype(np.float64) - self.given
        return found[np.isfinite(found)]
