"""Linear models with each item predicted from the items nearest to it alone: sparse, for large catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.threads import cores, shared_out
from palate.arrays.topk import top_k_others
from palate.data.query import Progress
from palate.data.side_information import SideInformation

BLOCK_BYTES = 2**24  # of products of some items with all
ITEMS = 64  # solved by one thread before another block is taken
BYTES_A_WEIGHT = 28  # the neighbours, the weights, and room to bring them into rows
BYTES_AN_EVENT = 8  # the matrix by item

Added = float | NDArray[np.float64]


def sparse_bytes(n_items: int, events: int, neighbours: int) -> int:
    """What fitting takes at its peak, known before the items are compared."""
    return BYTES_A_WEIGHT * n_items * min(neighbours, n_items) + BYTES_AN_EVENT * events + 2 * BLOCK_BYTES


def neighbourhood_weights(
    met: sp.csr_array,
    added: Added,
    neighbours: int,
    progress: Progress,
    itself: bool = False,
    side: SideInformation | None = None,
) -> sp.csr_array:
    """Sparse float32[items, items] with a diagonal of 0; column j holds its nearest items' weights.

    In EASE column j is the ridge regression of item j on all others. Here it is that on the `neighbours`
    items with the highest cosine to j, b = (G_NN + added·I)⁻¹ G_Nj: neighbourhood selection in the manner
    of Meinshausen and Bühlmann (2006) and of fsSLIM (Ning and Karypis 2011). With as many neighbours as
    there are other items it is EASE itself. With `itself` item j is among its own predictors, as in DLAE,
    and its weight for itself is left out.

    G is never held: the part that an item needs is made from the users of its neighbours, and memory
    grows with items x neighbours. With side information G is the Gram matrix of both. An item of which
    nothing is known has no weights and takes nothing.
    """
    n_items = met.shape[1]
    size = np.bincount(met.indices, minlength=n_items) + (0 if side is None else side.size)
    known = np.flatnonzero(size).astype(np.int32)
    extra = np.broadcast_to(np.asarray(added, np.float64), n_items)[known]
    beside = None if side is None else side.take(known)
    near, values = _columns(met[:, known], extra, neighbours, progress, itself, beside)
    there = near >= 0
    rows, columns = known[near[there]], np.repeat(known, there.sum(axis=1))
    parts: Any = (values[there], (rows, columns))
    return sp.csr_array(parts, shape=(n_items, n_items))


def _columns(
    met: sp.csr_array,
    extra: NDArray[np.float64],
    neighbours: int,
    progress: Progress,
    itself: bool,
    side: SideInformation | None,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The neighbours of each item, [items, k] and -1 where there are fewer, and their weights."""
    items = met.T.tocsr()
    n_items = items.shape[0]
    near = np.full((n_items, max(min(neighbours, n_items - 1), 0)), -1, np.int32)
    values = np.zeros(near.shape, np.float32)
    squares = np.asarray(met.power(2).sum(axis=0)).ravel() + (0 if side is None else side.size)
    size = np.sqrt(squares).astype(np.float32)

    def fit(some: NDArray[np.int64]) -> None:
        products = (items[some[0] : some[-1] + 1] @ met).toarray().astype(np.float32, copy=False)
        if side is not None:
            products += side.products(some)
        near[some] = top_k_others(products / size, some, near.shape[1])[0]
        for item in some.tolist():
            others = near[item][near[item] >= 0]
            values[item, : len(others)] = _regression(items, item, others, extra, itself, side)

    if near.size:
        _in_turn(fit, n_items, progress)
    return near, values


def _in_turn(fit: Any, n_items: int, progress: Progress) -> None:
    """All items, some at a time on every core; says how far it is."""
    width = max(1, min(ITEMS, BLOCK_BYTES // (12 * n_items * cores())))
    blocks = list(_blocks(n_items, width))
    at_once = 4 * cores()
    with one_blas_thread():
        for start in range(0, len(blocks), at_once):
            done = blocks[start : start + at_once]
            shared_out(fit, done)
            progress(int(done[-1][-1]) + 1, n_items)


def _regression(
    items: sp.csr_array,
    item: int,
    others: NDArray[np.int32],
    extra: NDArray[np.float64],
    itself: bool,
    side: SideInformation | None,
) -> NDArray[np.float32]:
    """float32[k]: the weight of each of the others in what predicts the item."""
    from scipy.linalg.lapack import dposv

    if not len(others):
        return np.zeros(0, np.float32)
    known = np.append(others, item)
    rows = items[known]
    counts = (rows @ rows.T).toarray().astype(np.float64)
    if side is not None:
        counts += side.among(known)
    right = counts[:, -1].copy()
    counts[np.diag_indices_from(counts)] += extra[known]
    used = len(known) if itself else len(others)
    _, found, _ = dposv(counts[:used, :used], right[:used], lower=1)
    return np.asarray(found[: len(others)], np.float32)


def _blocks(n: int, size: int) -> Iterator[NDArray[np.int64]]:
    return (np.arange(start, min(start + size, n)) for start in range(0, n, size))
