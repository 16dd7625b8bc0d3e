"""EASE with each item predicted from the items nearest to it alone: sparse, for large catalogues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.blas import one_blas_thread
from palate.arrays.threads import shared_out
from palate.arrays.topk import top_k_others

CHUNK_BYTES = 16 * 2**20
BYTES_A_COUNT = 8  # a count and its column, for each two items with a common user


def counts_at_most(met: sp.csr_array) -> int:
    """An upper bound on the pairs of items with common users, without counting them."""
    return int(min(np.sum(np.diff(met.indptr).astype(np.float64) ** 2), float(met.shape[1]) ** 2))


def neighbourhood_weights(met: sp.csr_array, l2: float, neighbours: int) -> sp.csr_array:
    """Sparse float32[items, items] with a diagonal of 0; column j holds its nearest items' weights.

    In EASE column j is the ridge regression of item j on all others. Here it is that on the `neighbours`
    items with the highest cosine to j, b = (G_NN + l2·I)⁻¹ G_Nj: neighbourhood selection in the manner
    of Meinshausen and Bühlmann (2006) and of fsSLIM (Ning and Karypis 2011). With as many neighbours as
    there are other items it is EASE itself.
    """
    counts = sp.csr_array(met.T @ met)
    counts.sort_indices()
    n_items = counts.shape[0]
    near = _nearest(counts, min(neighbours, n_items - 1))

    def solve(items: NDArray[np.int64]) -> NDArray[np.float32]:
        return _regressions(counts, items, near[items], l2)

    width = near.shape[1]
    size = max(1, CHUNK_BYTES // (16 * max(width, 1) ** 2))
    with one_blas_thread():
        found = shared_out(solve, _blocks(n_items, size)) if width else []
    values = np.concatenate(found) if found else np.zeros((n_items, 0), np.float32)
    there = near >= 0
    parts = (values[there], near[there], np.concatenate([[0], np.cumsum(there.sum(axis=1))]))
    weights = sp.csr_array(sp.csc_array(parts, shape=counts.shape))
    weights.sort_indices()
    return weights


def _nearest(counts: sp.csr_array, k: int) -> NDArray[np.int32]:
    """int32[items, k]: the items with the highest cosine to each, -1 where fewer have a common user."""
    size = np.sqrt(np.maximum(counts.diagonal(), 1))
    near = np.full((counts.shape[0], k), -1, np.int32)
    for items in _blocks(counts.shape[0], max(1, CHUNK_BYTES // (4 * counts.shape[0]))):
        cosine = (counts[items].toarray() / size).astype(np.float32, copy=False)
        near[items] = top_k_others(cosine, items, k)[0]
    return near


def _regressions(
    counts: sp.csr_array, items: NDArray[np.int64], near: NDArray[np.int32], l2: float
) -> NDArray[np.float32]:
    """float32[n, k]: the weights of each item's neighbours; 0 for missing ones."""
    n, k = near.shape
    there = near >= 0
    known = np.where(there, near, 0)
    left = _looked_up(counts, np.repeat(known, k, axis=1), np.tile(known, k)).reshape(n, k, k)
    left *= there[:, :, None] & there[:, None, :]
    left[:, np.arange(k), np.arange(k)] += l2
    right = _looked_up(counts, known, np.broadcast_to(items[:, None], known.shape)) * there
    return np.linalg.solve(left, right[:, :, None])[:, :, 0].astype(np.float32)


def _looked_up(counts: sp.csr_array, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[np.float64]:
    found = counts[rows.ravel(), columns.ravel()]
    return np.asarray(found, np.float64).reshape(rows.shape)


def _blocks(n: int, size: int) -> Iterator[NDArray[np.int64]]:
    return (np.arange(start, min(start + size, n)) for start in range(0, n, size))
