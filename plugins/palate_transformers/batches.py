"""Batches of texts of similar length, so that little is padded, and that fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError

Tokens = Sequence[Sequence[int]]
Forward = Callable[[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]


def in_batches(
    tokens: Tokens, width: int, budget: int, padding: int, forward: Forward
) -> NDArray[np.float32]:
    """float32[n, width] from the token numbers of n texts; row i belongs to tokens[i].

    `forward` turns the places of some texts, intp[rows], with their token numbers and mask,
    int64[rows, t] each, into float32[rows, width]. The longest texts go first, so that memory runs
    out early if it does; then the budget, padded tokens a batch, is halved and the batch tried
    again. A text without tokens gets zeros. Raises ComponentError where a single text does not fit
    into memory.
    """
    lengths = np.array([len(row) for row in tokens], np.int64)
    order = np.argsort(-lengths, kind="stable")[: int(np.count_nonzero(lengths))]
    out = np.zeros((len(tokens), width), np.float32)
    start = 0
    while start < len(order):
        longest = int(lengths[order[start]])
        rows = order[start : start + max(1, budget // longest)]
        try:
            out[rows] = forward(rows, *_padded([tokens[row] for row in rows], longest, padding))
        except (RuntimeError, MemoryError) as error:
            if not _out_of_memory(error):
                raise
            if len(rows) == 1:
                raise ComponentError(
                    f"encoder 'transformers': memory ran out on a single text of {longest} tokens; "
                    "lower max_length, or take a smaller model"
                ) from error
            budget = longest * (len(rows) // 2)
            continue
        start += len(rows)
    return out


def _padded(rows: Tokens, width: int, padding: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token numbers, padded on the right, and the mask that says which are real."""
    lengths = np.array([len(row) for row in rows])
    mask = np.arange(width) < lengths[:, None]
    numbers = np.full(mask.shape, padding, np.int64)
    numbers[mask] = np.concatenate([np.asarray(row, np.int64) for row in rows])
    return numbers, mask.astype(np.int64)


def _out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: CUDA has its own RuntimeError, others only a message."""
    said = str(error).lower()
    words = ("out of memory", "not enough memory", "can't allocate memory")
    return isinstance(error, MemoryError) or any(word in said for word in words)
