"""Products whose result does not depend on how many rows are asked for at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.threads import cores, shared_out

ROWS = 64
ITEMS = 8192  # so many items at a time are multiplied with few rows
TRIED = 3  # products of each number of rows
FEWEST = (2, 4, 8, 16)  # few rows, as many as are tried; one row is another kind of product
CROWD = 128  # so many histories, spread out, stay in a processor's cache
FEW = 8  # a step with fewer columns than these takes as long as with these
SPARSE_STEP = 40  # a step of a sparse product takes as long as this many of one with a dense matrix


def row_product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Left @ right.T for float32[n, d] and float32[m, d], as float32[n, m].

    BLAS picks another kernel, and so another rounding, for another number of rows. Here every
    product has 64 rows, the last padded, so that one user's scores are the same alone and in a
    crowd.
    """
    n, right = len(left), np.ascontiguousarray(right)
    out = np.empty((n, right.shape[0]), np.float32)
    whole = n - n % ROWS
    for start in range(0, whole, ROWS):
        np.matmul(left[start : start + ROWS], right.T, out=out[start : start + ROWS])
    if n - whole > FEWEST[-1]:
        padded = np.zeros((ROWS, left.shape[1]), np.float32)
        padded[: n - whole] = left[whole:]
        out[whole:] = (padded @ right.T)[: n - whole]
    elif whole < n:
        _few_rows(left[whole:], right, out[whole:])
    return out


def _few_rows(left: NDArray[np.float32], right: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Fill `out` with what 64 rows would give, by products of fewer where these are known to give the same.

    The items are the rows of the product then, some thousands at a time, so that there are few shapes.
    """
    for start in range(0, len(right), ITEMS):
        some = right[start : start + ITEMS]
        rows = fewest(len(some), left.shape[1], len(left))
        padded = np.zeros((rows, left.shape[1]), np.float32)
        padded[: len(left)] = left
        if rows == ROWS:
            out[:, start : start + ITEMS] = (padded @ some.T)[: len(left)]
        else:
            out[:, start : start + ITEMS] = (some @ padded.T)[:, : len(left)].T


@cache
def fewest(items: int, width: int, least: int = 1) -> int:
    """How many rows a product with float32[items, width] needs for the same to the last bit as 64 rows.

    BLAS picks its kernels by shapes alone, so that random numbers show it: the fewest rows from which on
    each number tried gives what 64 do.
    """
    rng = np.random.default_rng(0)
    left = rng.standard_normal((ROWS, width), np.float32)
    right = rng.standard_normal((items, width), np.float32)
    whole, found = left @ right.T, ROWS
    for rows in reversed(FEWEST):
        if rows < least:
            break
        starts = range(0, min(ROWS, TRIED * rows), rows)
        parts = [(right @ left[start : start + rows].T).T for start in starts]
        if not np.array_equal(np.concatenate(parts), whole[: rows * len(parts)]):
            break
        found = rows
    return found


@dataclass(frozen=True, eq=False)
class SparseWeights:
    """Sparse float32[m, items] that many histories are multiplied with; see `history_product`."""

    matrix: sp.csr_array

    @cached_property
    def turned(self) -> sp.csr_array:
        """The transposed, in rows; made once."""
        return narrow(self.matrix.T.tocsr())

    @cached_property
    def held(self) -> NDArray[np.int64]:
        """How many entries each row has."""
        counts: NDArray[np.int64] = np.diff(self.matrix.indptr).astype(np.int64)
        return counts


def history_product(
    histories: sp.csr_array, weights: NDArray[np.float32] | SparseWeights
) -> NDArray[np.float32]:
    """float32[n, items]: `histories`, sparse 0/1 [n, m], @ `weights`, float32[m, items], dense or sparse.

    Each sum is taken in the order of a history, by each of the ways to take it, so that
    a row is the same to the last bit whatever other rows there are. Rows of `histories` are shared out
    among the processor's cores.
    """
    histories = narrow(histories)
    if not histories.has_sorted_indices:
        histories = histories.sorted_indices()
    return _summed(histories, weights)


def few_products(
    history: sp.csr_array, weights: SparseWeights, most: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]] | None:
    """(Items int32[c], in any order, products float32[c]): `history_product` of one history where not 0.

    Some may be 0 all the same. None where there may be more than `most`.
    """
    history, matrix = narrow(history), weights.matrix
    many = int(weights.held[history.indices].sum())
    if many > most:
        return None
    if not history.has_sorted_indices:
        history = history.sorted_indices()
    if not matrix.indices.dtype == matrix.indptr.dtype == history.indices.dtype == history.indptr.dtype:
        found = history @ matrix
        return found.indices.astype(np.int32), found.data
    return _few_products(history, matrix, many)


def _few_products(
    history: sp.csr_array, matrix: sp.csr_array, many: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The sparse product as scipy computes it, less a count as long as it, which `many` bounds."""
    ends, items, products = np.empty(2, np.int32), np.empty(many, np.int32), np.empty(many, np.float32)
    _kernels().csr_matmat(
        *(1, matrix.shape[1], history.indptr, history.indices, history.data),
        *(matrix.indptr, matrix.indices, matrix.data, ends, items, products),
    )
    return items[: ends[1]], products[: ends[1]]


def row_sums(shares: sp.csr_array, table: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[n, items]: sparse `shares` [n, m] @ `table`, float32[m, items].

    As `history_product`, but in the order in which the entries of each row are stored, and an item may
    stand in a row twice.
    """
    return _summed(narrow(shares), table)


def _summed(histories: sp.csr_array, weights: NDArray[np.float32] | SparseWeights) -> NDArray[np.float32]:
    n = histories.shape[0]
    if isinstance(weights, np.ndarray):
        if n <= ROWS:
            return _dense_product(histories, weights)
    elif n == 1:
        return _alone(histories, weights)
    width = weights.shape[1] if isinstance(weights, np.ndarray) else weights.matrix.shape[1]
    out = np.empty((n, width), np.float32)
    rows = max(ROWS, -(-n // cores()))

    def fill(start: int) -> None:
        some = histories[start : start + rows]
        if isinstance(weights, np.ndarray):
            out[start : start + rows] = some @ weights
        else:
            _sparse(some, weights, out[start : start + rows])

    shared_out(fill, range(0, n, rows))
    return out


def _alone(history: sp.csr_array, weights: SparseWeights) -> NDArray[np.float32]:
    """The same for one history, without the parting and sharing out of many."""
    return np.asarray(weights.matrix[history.indices].T @ history.data, np.float32)[None]


def _dense_product(histories: sp.csr_array, weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """`histories` @ `weights` for few rows, as scipy computes it once it has looked at what it is given."""
    data, indices, indptr = histories.data, histories.indices, histories.indptr
    (n, held), (m, width) = histories.shape, weights.shape
    known = data.dtype == np.float32 == weights.dtype and indices.dtype == np.int32 == indptr.dtype
    if not known or held != m or not weights.flags.c_contiguous:
        return np.asarray(histories @ weights, np.float32)
    out = np.zeros((n, width), np.float32)
    _kernels().csr_matvecs(n, m, width, indptr, indices, data, weights.ravel(), out.ravel())
    return out


def _sparse(histories: sp.csr_array, weights: SparseWeights, out: NDArray[np.float32]) -> None:
    """Fill `out` a crowd at a time, histories spread out where that is less work than leaving them sparse."""
    for start in range(0, histories.shape[0], CROWD):
        crowd = histories if histories.shape[0] <= CROWD else histories[start : start + CROWD]
        steps = SPARSE_STEP * int(weights.held[crowd.indices].sum())
        if weights.matrix.nnz * max(crowd.shape[0], FEW) < steps:
            out[start : start + CROWD] = (weights.turned @ crowd.T.toarray()).T
        else:
            out[start : start + CROWD] = (crowd @ weights.matrix).toarray()


@cache
def _kernels() -> Any:
    """The products inside scipy, which check nothing that they are given; loaded at the first of them."""
    from scipy.sparse import _sparsetools

    return _sparsetools


def narrow(matrix: sp.csr_array) -> sp.csr_array:
    """The same with 32-bit indices where they suffice: half the memory to read."""
    if matrix.indices.dtype == np.int32 == matrix.indptr.dtype or matrix.nnz >= 2**31:
        return matrix
    parts: Any = (matrix.data, matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32))
    return sp.csr_array(parts, shape=matrix.shape)
