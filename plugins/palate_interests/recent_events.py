"""What the means in which older events count less have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import History, Query
from palate_interests.decay import Decay, DecayingMean, decayed
from palate_interests.weighted_mean import by_event, shares, weighted_mean

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass
class MeanOfEvents(ABC):
    """The mean of a user's events under a decay; how ages are counted is the subclass's."""

    decay: Decay
    half_life: Annotated[float, Gt(0)]

    @abstractmethod
    def _ages(self, history: History) -> NDArray[np.float64]:
        """float64[events]: the age of each event at the user's newest."""

    @abstractmethod
    def _later(self, state: DecayingMean, time: int | None) -> float:
        """How much later than the newest event one at `time` is; negative where earlier."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a user without history.

        Raises ComponentError where ages are counted in days and the history has no times.
        """
        return weighted_mean(self._weights(query.history), vectors)

    def shares(self, query: Query, vectors: Vectors) -> sp.csr_array:
        """Sparse float32[n, items]: how much of each item's vector is in each interest."""
        return shares(self._weights(query.history), vectors)

    def _weights(self, history: History) -> sp.csr_array:
        return by_event(history, decayed(self.decay, self._ages(history), history, self.half_life))

    def begin(self, history: History, vectors: Vectors) -> DecayingMean | None:
        """The state that `update` continues from, for one user; None for log, harmonic and quadratic."""
        return DecayingMean.begin(self.decay, self._ages(history), history, vectors, self.half_life)

    def update(
        self,
        state: DecayingMean,
        item: int,
        vector: NDArray[Any],
        time: int | None = None,
        rating: Any = None,
    ) -> DecayingMean:
        """Add one event, of any `time` where times count. Raises ComponentError without a time there."""
        state.add(self.decay, vector, self._later(state, time), self.half_life)
        if time is not None:
            state.newest = max(state.newest, time)
        return state

    def interests(self, state: DecayingMean) -> Vectors:
        """float32[1, d]."""
        return state.aged.mean()
