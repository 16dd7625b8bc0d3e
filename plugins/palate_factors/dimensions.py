"""How many singular vectors rank best what is held out of the data that train."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import history_product, row_product
from palate.arrays.svd import right_singular
from palate.arrays.topk import top_k
from palate.data import History

DIMENSIONS = (8, 16, 24, 32, 48, 64, 96, 128, 192, 256)
UNDECIDED = 64
"""With too few users to tell."""
USERS = 5_000  # that are asked, and fewer where there are very many items
FEWEST = 20
PAIRS = 3 * 10**8  # of users asked and items
BLOCK_PAIRS = 2**22  # scored at once
BYTES = 2**30  # of the vectors that Lanczos' method holds, two float64 a dimension and item
AT = 10  # places that count


def best_dimensions(history: History, rng: np.random.Generator) -> int:
    """The one of `DIMENSIONS` with the highest NDCG@10 on the newest tenth of each user's events.

    At least one event of each is held out. The singular vectors of all else are computed once: the first k
    of them are those for k. Of many users 5,000 are drawn, of many items fewer, and no dimensions are tried
    whose vectors would take more than a GiB.
    """
    past, newest = _parted(history)
    asked = np.flatnonzero((newest.counts > 0) & (past.counts > 0))
    if len(asked) < FEWEST:
        return UNDECIDED
    few = min(USERS, max(PAIRS // history.n_items, FEWEST))
    if len(asked) > few:
        asked = np.sort(rng.choice(asked, few, replace=False))
    most = max(DIMENSIONS[0], min(DIMENSIONS[-1], BYTES // (16 * history.n_items)))
    vectors = right_singular(past.matrix, most, rng).astype(np.float32)
    tried = [each for each in DIMENSIONS if each <= most]
    step = max(1, BLOCK_PAIRS // history.n_items)
    total = np.zeros(len(tried))
    for start in range(0, len(asked), step):
        some = asked[start : start + step]
        total += list(_gains(past.take(some), newest.take(some), vectors, tried))
    return tried[int(total.argmax())]


def _parted(history: History) -> tuple[History, History]:
    """The events without the newest tenth of each user's, and that tenth; one event alone stays."""
    before_end = history.indptr[history.owners + 1] - 1 - np.arange(len(history.items))
    count = np.maximum(1, np.rint(history.counts / 10)) * (history.counts > 1)
    out = before_end < count[history.owners]
    return history.only(~out), history.only(out)


def _gains(past: History, newest: History, vectors: NDArray[np.float32], tried: list[int]) -> Iterator[float]:
    """The sum of the users' NDCG@10 with the first so many vectors, for each number tried."""
    discount = 1 / np.log2(np.arange(2, AT + 2))
    seen = past.matrix
    right = (newest.matrix - newest.matrix.multiply(seen)).tocsr()
    right.eliminate_zeros()
    ideal = np.append(0.0, discount.cumsum())[np.minimum(np.diff(right.indptr), AT)]
    scores = np.zeros((len(past), vectors.shape[0]), np.float32)
    done = 0
    for each in tried:
        some = vectors[:, done:each]
        if some.size:
            scores += row_product(history_product(seen, np.ascontiguousarray(some)), some)
        done = each
        best, _ = top_k(scores.copy(), AT, seen)
        rows = np.repeat(np.arange(len(best)), AT)
        hit = np.asarray(right[rows, np.maximum(best, 0).ravel()]).reshape(best.shape) * (best >= 0)
        yield float(np.divide(hit @ discount, ideal, out=np.zeros(len(best)), where=ideal > 0).sum())
