"""All that a person met, weighing the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from palate.contracts import Vectors
from palate.data import Query
from palate_interests.weighted import weighted_mean


@dataclass
class Mean:
    """Mean of the vectors of the items a person met, each item once however often they met it."""

    name: ClassVar[str] = "mean"

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a person without history."""
        history = query.history
        ones = np.ones(len(history.items), np.float32)
        shape = (len(history), history.n_items)
        weights = sp.csr_array((ones, history.items, history.indptr), shape=shape, copy=True)
        weights.sum_duplicates()
        weights.data[:] = 1.0
        return weighted_mean(weights, vectors)
