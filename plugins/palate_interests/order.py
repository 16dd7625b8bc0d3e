"""What a person met lately, weighing more: ages in events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate_interests.decay import Decay, Fading, decayed
from palate_interests.weighted import by_event, weighted_mean


@dataclass
class Recency:
    """Mean of the vectors of a person's events, older ones counting less: ages in events.

    The age of an event is how many came after it, so that no times are needed, only their order.
    Each event counts: an item met twice weighs the sum of the two.
    """

    name: ClassVar[str] = "recency"

    decay: Decay = "harmonic"
    """How weight falls with an age of a events: half-life; linear, to nearly 0 at the oldest; log,
    1 / log2(2 + a); harmonic, 1 / (1 + a); quadratic, its square; none."""
    half_life: Annotated[float, Gt(0)] = 10.0
    """Events after which an event weighs half, where `decay` is half-life."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history."""
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
        """One event more, the newest."""
        state.add(self.decay, vector, 1.0, self.half_life)
        return state

    def interests(self, state: Fading) -> Vectors:
        """float32[1, d]."""
        return state.aged.mean()


def _ages(history: History) -> NDArray[np.float64]:
    """float64[events]: how many events of the same person came after each."""
    return (history.indptr[1:][history.owners] - 1 - np.arange(len(history.items))).astype(np.float64)
