"""The aggregator `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import scipy.sparse as sp
from annotated_types import Gt, Le
from numpy.typing import NDArray

from palate import Query, hookimpl


@dataclass
class PluginName:
    """Mean of the vectors of a user's items, each event counting less than the one after it."""

    name: ClassVar[str] = "plugin-name"

    keep: Annotated[float, Gt(0), Le(1)] = 0.8
    """What an event counts, as a share of what the next one counts."""

    def profile(self, query: Query, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[n, 1, d] from float32[items, d]: one interest a user, zeros without history."""
        history = query.history
        later = history.indptr[1:][history.owners] - 1 - np.arange(len(history.items))
        weights = (self.keep**later).astype(np.float32)
        total = np.bincount(history.owners, weights, minlength=len(history)).astype(np.float32)
        rows = sp.csr_array((weights, history.items, history.indptr), shape=(len(history), len(vectors)))
        interests: NDArray[np.float32] = (rows @ vectors) / np.maximum(total, np.float32(1e-6))[:, None]
        return interests[:, None, :]


@hookimpl
def register_aggregators() -> list[type]:
    return [PluginName]
