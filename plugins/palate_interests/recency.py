"""What a person met lately, weighing more: ages in days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate.errors import ComponentError
from palate_interests.decay import Decay, Fading, decayed
from palate_interests.weighted import by_event, weighted_mean

SECONDS_A_DAY = 86_400


@dataclass
class RecencyMean:
    """Mean of the vectors of a person's events, older ones counting less: ages in days.

    An event weighs 0.5 ** (age / half_life), its age counted from the person's newest event, so
    that somebody who has been away has the interests they left with; `decay` chooses another curve.
    Each event counts: an item met twice weighs the sum of the two.
    """

    name: ClassVar[str] = "recency-mean"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    half_life: Annotated[float, Gt(0)] = 30.0
    """Days after which an event weighs half."""
    decay: Decay = "half-life"
    """How weight falls with an age of a days: half-life; linear, to nearly 0 at the oldest; log,
    1 / log2(2 + a); harmonic, 1 / (1 + a); quadratic, its square; none."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history.

        Raises ComponentError where the history has no times.
        """
        history = query.history
        weights = decayed(self.decay, _ages(history), history, self.half_life)
        return weighted_mean(by_event(history, weights), vectors)

    def begin(self, history: History, vectors: Vectors) -> Fading | None:
        """What `update` goes on from, for one person; None for log, harmonic and quadratic."""
        return Fading.begin(self.decay, _ages(history), history, vectors, self.half_life)

    def update(
        self,
        state: Fading,
        item: int,
        vector: NDArray[np.float32],
        time: int | None = None,
        rating: float | None = None,
    ) -> Fading:
        """One event more, at any `time`. Raises ComponentError without."""
        if time is None:
            raise ComponentError("aggregator 'recency-mean' needs the time of the event; it has none")
        state.add(self.decay, vector, (time - state.newest) / SECONDS_A_DAY, self.half_life)
        state.newest = max(state.newest, time)
        return state

    def interests(self, state: Fading) -> Vectors:
        """float32[1, d]."""
        return state.aged.mean()


def _ages(history: History) -> NDArray[np.float64]:
    """float64[events]: days from each event to the newest of the same person."""
    if history.times is None:
        raise ComponentError("aggregator 'recency-mean' needs the time of each event; the history has none")
    some = history.counts > 0
    newest = np.zeros(len(history), np.int64)
    if some.any():
        newest[some] = np.maximum.reduceat(history.times, history.indptr[:-1][some])
    return (newest[history.owners] - history.times) / SECONDS_A_DAY
