"""A mean in which recent events weigh more: ages in events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import History
from palate_interests.decay import Decay, DecayingMean
from palate_interests.recent_events import MeanOfEvents


@dataclass
class Recency(MeanOfEvents):
    """Mean of the vectors of a user's events, older ones counting less: ages in events.

    The age of an event is the number of events after it, so no times are needed, only their order.
    Each event counts: an item with two events weighs the sum of the two.
    """

    name: ClassVar[str] = "recency"

    decay: Decay = "harmonic"
    """How the weight falls with an age of a events: half-life; linear, to nearly 0 at the oldest; log,
    1 / log2(2 + a); harmonic, 1 / (1 + a); quadratic, its square; none."""
    half_life: Annotated[float, Gt(0)] = 10.0
    """Events after which an event weighs half, where `decay` is half-life."""

    def _ages(self, history: History) -> NDArray[np.float64]:
        """float64[events]: how many events of the same user came after each."""
        return (history.indptr[1:][history.owners] - 1 - np.arange(len(history.items))).astype(np.float64)

    def _later(self, state: DecayingMean, time: int | None) -> float:
        return 1.0
