"""Exact counts of what was met together."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.linear import narrow
from palate.threads import cores, shared_out

CHUNK_BYTES = 8 * 2**20
SHARES = (0.15, 0.3, 0.4, 0.5, 0.7)
DENSE_STEP = 8  # a step of a sparse matrix times a dense one takes as long as this many in BLAS,
SPARSE_STEP = 400  # and one of a sparse product as this many


def gram(matrix: sp.csr_array) -> NDArray[np.float32]:
    """XᵀX of a sparse float32[n, m] as float32[m, m], for catalogues that fit densely.

    Sums of ones are exact up to 2²⁴, so the result does not depend on how the work is shared out.
    """
    square, order = gram_by_popularity(matrix)
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return _renumbered(square, place)


def gram_by_popularity(matrix: sp.csr_array) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """As `gram`, but with the most met column first, and the number of the column at each place.

    The columns that are met most go through BLAS as a dense matrix, their products with
    the rest through a sparse matrix times a dense one, and the rest through sparse products. To put
    the columns back into their order takes a second matrix, which this spares.
    """
    m = matrix.shape[1]
    order = np.argsort(-np.bincount(matrix.indices, minlength=m), kind="stable").astype(np.int32)
    place = np.empty(m, np.int32)
    place[order] = np.arange(m, dtype=np.int32)
    many = _split(matrix, place)
    often, seldom = _columns(matrix, place, 0, many), _columns(matrix, place, many, m)
    out = np.zeros((m, m), np.float32)
    if many:
        _with_often(often, seldom, out[:, :many])
        out[:many, many:] = out[many:, :many].T
    _among_seldom(seldom, out[many:, many:])
    return out, order


def fill_upper(lower: NDArray[np.floating]) -> None:
    """Make a square matrix symmetric in place: what stands below the diagonal goes above it."""
    side = 512
    for start in range(0, len(lower), side):
        stop = min(start + side, len(lower))
        corner = np.tril(lower[start:stop, start:stop], -1)
        lower[start:stop, start:stop] = np.tril(lower[start:stop, start:stop]) + corner.T
        lower[start:stop, stop:] = lower[stop:, start:stop].T


def _split(matrix: sp.csr_array, place: NDArray[np.int32]) -> int:
    """How many of the most met columns to make dense, by the cost of each way."""
    n, m = matrix.shape
    owners = np.repeat(np.arange(n, dtype=np.int32), np.diff(matrix.indptr))
    at = place[matrix.indices]
    best, cost = int(m), float(m) ** 2 * n
    for many in sorted({0, *(int(m * share) for share in SHARES)}):
        rest = np.bincount(owners[at >= many], minlength=n).astype(np.float64)
        found = float(many) ** 2 * n + DENSE_STEP * many * rest.sum() + SPARSE_STEP * (rest**2).sum()
        best, cost = (many, found) if found < cost else (best, cost)
    return best


def _columns(matrix: sp.csr_array, place: NDArray[np.int32], start: int, stop: int) -> sp.csr_array:
    """The columns whose place is from `start` to `stop`, in the order of their places."""
    at = place[matrix.indices]
    inside = (at >= start) & (at < stop)
    rows = np.concatenate([[0], np.cumsum(inside)])[matrix.indptr].astype(matrix.indptr.dtype)
    parts: Any = (matrix.data[inside], at[inside] - start, rows)
    return narrow(sp.csr_array(parts, shape=(matrix.shape[0], stop - start)))


def _with_often(often: sp.csr_array, seldom: sp.csr_array, out: NDArray[np.float32]) -> None:
    """The products of all with the often met, added to `out`, float32[m, often met]."""
    n, many = often.shape
    among, between = out[:many], out[many:]
    rows = max(1, CHUNK_BYTES // (4 * many))
    for start in range(0, n, rows):
        dense = often[start : start + rows].toarray()
        among += dense.T @ dense  # numpy sees that the two are one, and does half the work
        turned = seldom[start : start + rows].T.tocsr()

        def fill(part: slice, turned: sp.csr_array = turned, dense: NDArray[np.float32] = dense) -> None:
            between[part] += turned[part] @ dense

        shared_out(fill, _even_parts(turned))


def _among_seldom(seldom: sp.csr_array, out: NDArray[np.float32]) -> None:
    turned = seldom.T.tocsr()

    def fill(part: slice) -> None:
        out[part] = (turned[part] @ seldom).toarray()

    shared_out(fill, _even_parts(turned))


def _even_parts(matrix: sp.csr_array) -> list[slice]:
    """Slices of rows with about the same number of entries, four a core."""
    wanted = np.linspace(0, matrix.nnz, 4 * cores() + 1)[1:-1]
    cuts = np.unique([0, *np.searchsorted(matrix.indptr, wanted), matrix.shape[0]])
    return [slice(int(start), int(stop)) for start, stop in pairwise(cuts)]


def _renumbered(square: NDArray[np.float32], place: NDArray[np.int32]) -> NDArray[np.float32]:
    """Rows and columns back from the order of places."""
    out = np.empty_like(square)
    step = max(1, CHUNK_BYTES // (16 * max(len(square), 1)))

    def fill(start: int) -> None:
        np.take(square[place[start : start + step]], place, axis=1, out=out[start : start + step])

    shared_out(fill, range(0, len(square), step))
    return out
