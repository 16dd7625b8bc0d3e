"""What a person met lately, weighing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Gt
from numpy.typing import NDArray

from palate.contracts import Vectors
from palate.data import History, Query
from palate.errors import ComponentError
from palate_interests.weighted import weighted_mean

SECONDS_A_DAY = 86_400


@dataclass
class RecencyMean:
    """Mean of the vectors of a person's events, older ones counting less.

    An event weighs 0.5 ** (age / half_life), its age counted from the person's newest event, so
    that somebody who has been away has the interests they left with. Each event counts: an item
    met twice weighs the sum of the two.
    """

    name: ClassVar[str] = "recency-mean"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    half_life: Annotated[float, Gt(0)] = 30.0
    """Days after which an event weighs half."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history.

        Raises ComponentError where the history has no times.
        """
        history = query.history
        days = _ages(history)
        weights = np.exp2(-days / self.half_life).astype(np.float32)
        shape = (len(history), history.n_items)
        return weighted_mean(sp.csr_array((weights, history.items, history.indptr), shape=shape), vectors)


def _ages(history: History) -> NDArray[np.float64]:
    """float64[events]: days from each event to the newest of the same person."""
    if history.times is None:
        raise ComponentError("aggregator 'recency-mean' needs the time of each event; the history has none")
    some = history.counts > 0
    newest = np.zeros(len(history), np.int64)
    if some.any():
        newest[some] = np.maximum.reduceat(history.times, history.indptr[:-1][some])
    return (newest[history.owners] - history.times) / SECONDS_A_DAY
