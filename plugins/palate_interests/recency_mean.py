"""A mean in which recent events weigh more: ages in days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import History
from palate.errors import ComponentError
from palate_interests.decay import Decay, DecayingMean
from palate_interests.recent_events import MeanOfEvents

SECONDS_A_DAY = 86_400


@dataclass
class RecencyMean(MeanOfEvents):
    """Mean of the vectors of a user's events, older ones counting less: ages in days.

    An event weighs 0.5 ** (age / half_life), its age counted from the user's newest event, so that the
    interests of a user do not fade while they are away; `decay` chooses another curve. Each event
    counts: an item with two events weighs the sum of the two.
    """

    name: ClassVar[str] = "recency-mean"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    half_life: Annotated[float, Gt(0)] = 30.0
    """Days after which an event weighs half."""
    decay: Decay = "half-life"
    """How the weight falls with an age of a days: half-life; linear, to nearly 0 at the oldest; log,
    1 / log2(2 + a); harmonic, 1 / (1 + a); quadratic, its square; none."""

    def _ages(self, history: History) -> NDArray[np.float64]:
        """float64[events]: days from each event to the newest of the same user."""
        if history.times is None:
            raise ComponentError(
                "aggregator 'recency-mean' needs the time of each event; the history has none"
            )
        some = history.counts > 0
        newest = np.zeros(len(history), np.int64)
        if some.any():
            newest[some] = np.maximum.reduceat(history.times, history.indptr[:-1][some])
        return (newest[history.owners] - history.times) / SECONDS_A_DAY

    def _later(self, state: DecayingMean, time: int | None) -> float:
        if time is None:
            raise ComponentError("aggregator 'recency-mean' needs the time of the event; it has none")
        return (time - state.newest) / SECONDS_A_DAY
