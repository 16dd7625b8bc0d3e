"""A user's own items again: what they come back to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.data.ageing import check_times, last_times

DAY = 86_400


@dataclass
class Again:
    """Items of a user's own history, by how often and how recently: for `repeats: allow`.

    A score is the sum of the item's events, each counting half for every `half_life` days before the user's
    newest event. Items that are not in the history have 0.
    """

    name: ClassVar[str] = "again"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    half_life: Annotated[float, Gt(0)] | None = None
    """Days after which an event counts half; null: all count alike, and no times are needed."""

    def wants_timestamps(self) -> bool:
        """Whether events are weighed by age."""
        return self.half_life is not None

    def fit(self, training: Training) -> Again:
        """Nothing is learned. Raises ComponentError for a half-life where the source has no times."""
        check_times(self.name, training.history, self.half_life)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum over the user's events with each item."""
        history = query.history
        weight = np.ones(len(history.items), np.float64)
        if self.half_life is not None and history.times is not None:
            age = np.repeat(last_times(history), history.counts) - history.times
            weight = np.exp2(-age / (self.half_life * DAY))
        if history.strengths is not None:
            weight = weight * history.strengths
        parts = (weight, (history.owners, history.items))
        counted = sp.coo_array(parts, shape=(len(history), history.n_items))
        scores: NDArray[np.float32] = counted.toarray().astype(np.float32)
        return scores
