"""What a module makes of whole histories, the same for each whoever else is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import History
from palate.training.ragged import padded

BLOCK = 64
WIDTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)


def interests_at_the_end(
    module: Any, vectors: NDArray[np.float32], history: History, length: int
) -> NDArray[np.float32]:
    """float32[n, k, d]: the interests after each history's last `length` events; zeros without any.

    `module` is that of a trainable aggregator, `vectors` float32[items, d]. A history none of whose events
    has a vector other than zeros gets zeros too. Rows are taken 64 at a time with others of like length,
    padded to a width that depends on their own length alone, so that what comes out of a row never depends
    on the others.
    """
    import torch

    where = next((each.device for each in module.parameters()), torch.device("cpu"))
    taken = np.minimum(history.counts, length)
    widths = np.array([width for width in WIDTHS if width < length] + [length])
    width_of = widths[np.searchsorted(widths, taken)]
    there = np.any(vectors, axis=1)
    with torch.inference_mode():
        made = module(torch.zeros(1, 1, vectors.shape[1], device=where))
        found = np.zeros((len(history), *made.shape[2:]), np.float32)
        for width in np.unique(width_of[taken > 0]).tolist():
            rows = np.flatnonzero((width_of == width) & (taken > 0))
            for start in range(0, len(rows), BLOCK):
                some = rows[start : start + BLOCK]
                ends = history.indptr[some + 1]
                items = padded(history.items, ends - taken[some], ends, -1)
                made = module(torch.from_numpy(_block(vectors, items, width)).to(where))
                last = made[torch.arange(len(some)), torch.from_numpy(taken[some] - 1)].float().cpu().numpy()
                told = (there[items] & (items >= 0)).any(axis=1)
                found[some[told]] = last[told]
    return found


def _block(vectors: NDArray[np.float32], items: NDArray[np.int64], width: int) -> NDArray[np.float32]:
    """float32[64, width, d]: the vectors of each row's items, zeros behind."""
    block = np.zeros((BLOCK, width, vectors.shape[1]), np.float32)
    row, place = np.nonzero(items >= 0)
    block[row, place] = vectors[items[row, place]]
    return block
