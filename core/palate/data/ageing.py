"""Events that count less the older they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from palate.arrays.read_only import read_only_csr
from palate.arrays.rows import entries_at
from palate.data.history import History
from palate.errors import ComponentError

DAY = 86_400


def aged(history: History, half_life: float | None) -> sp.csr_array:
    """Users x items, float32: `history.matrix` with each event half as much for every `half_life` days.

    They are counted back from the user's own last event, so that a user is served alike whenever they were
    last there. Of several events of a user with one item the last counts. Without a half-life, or without
    times, it is `history.matrix` itself.
    """
    matrix = history.matrix
    if half_life is None or history.times is None or not len(history.items):
        return matrix
    last = np.repeat(last_times(history), history.counts)
    weight = np.exp2((history.times - last) / (half_life * DAY)).astype(np.float32)
    best = np.zeros(matrix.nnz, np.float32)
    np.maximum.at(best, entries_at(matrix, history.owners, history.items), weight)
    return read_only_csr(sp.csr_array((best, matrix.indices, matrix.indptr), shape=matrix.shape))


def check_times(ranker: str, history: History, half_life: float | None) -> None:
    """Raises ComponentError where a half-life is asked for and the data have no times."""
    if half_life is not None and history.times is None:
        raise ComponentError(
            f"ranker {ranker!r}: `half_life` needs the time of each interaction, and the source has none; "
            "leave it out"
        )


def last_times(history: History) -> Any:
    """int64[n]: when each user's last event was; 0 for one without."""
    found = np.zeros(len(history), np.int64)
    some = history.counts > 0
    found[some] = np.maximum.reduceat(history.times, history.indptr[:-1][some])  # type: ignore[arg-type]
    return found
