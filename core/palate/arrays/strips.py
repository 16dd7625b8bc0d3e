"""Products of the columns of a sparse matrix, in strips that stay in a processor's cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import narrow
from palate.arrays.threads import shared_out

Weights = NDArray[np.float32]

USERS, ITEMS = 8192, 128  # a block of these, spread out, stays in a processor's cache
TOGETHER = 4  # strips for which the rows of changed users are laid out once
CHANGED = 1024  # users with another history, spread out at once
THIN = 0.01  # a block with a smaller share of entries is multiplied quicker as it is


def placed(matrix: sp.csr_array, place: NDArray[np.int32]) -> sp.csr_array:
    """The matrix with each column at its place."""
    parts: Any = (matrix.data, place[matrix.indices], matrix.indptr)
    return narrow(sp.csr_array(parts, shape=matrix.shape))


def wholes(matrix: sp.csr_array) -> type[np.unsignedinteger[Any]] | None:
    """The whole numbers that hold every product of columns of ones; None where not all entries are ones."""
    if not (matrix.data == 1).all():
        return None
    return np.uint16 if matrix.shape[0] < 2**16 else np.uint32


def fill(
    strips: Mapping[int, NDArray[Any]],
    ordered: sp.csr_array,
    weights: Weights | None = None,
    sign: int = 1,
) -> None:
    """Add the products of columns to strips, by their number, or with `sign` -1 take them away.

    A strip's columns are spread out and multiplied with themselves and all less frequent ones, so
    that the work for a pair is what the less frequent of the two takes. Ones are counted in 16 bits, which
    is as many users as one block has, and takes half the time.
    """
    kind = np.float32 if weights is not None or wholes(ordered) is None else np.int16
    for start in range(0, ordered.shape[0], USERS):
        columns = _kept_as(kind, ordered[start : start + USERS].T.tocsr())
        weighed = columns
        if weights is not None:
            data = weights[start : start + USERS][columns.indices]
            weighed = sp.csr_array((data, columns.indices, columns.indptr), shape=columns.shape)

        def add(strip: int, columns: sp.csr_array = columns, weighed: sp.csr_array = weighed) -> None:
            rest, block = _from_row(weighed, strip * ITEMS), _from_row(columns, strip * ITEMS)[:ITEMS]
            if block.nnz <= THIN * block.shape[0] * block.shape[1]:
                products = (rest @ block.T.tocsr()).toarray()
            else:
                products = rest @ np.ascontiguousarray(block.toarray().T)
            _add(strips[strip], products if sign > 0 else -products)

        shared_out(add, strips)


def move(strips: Sequence[NDArray[Any]], now: sp.csr_array, before: sp.csr_array) -> None:
    """Add AᵀA - RᵀR to strips, with the rows A of `now` and R of `before`, of ones and at most 2¹⁴.

    It is DᵀA + RᵀD with D = A - R: so the work goes with what differs, not with the rows.
    """
    now, before = _kept_as(np.int16, now), _kept_as(np.int16, before)
    change, after, past = (now - before).T.tocsr(), now.toarray(), before.toarray()

    def add(first: int) -> None:
        right = np.ascontiguousarray(after[:, first * ITEMS :])
        for number in range(first, min(first + TOGETHER, len(strips))):
            at, strip = number * ITEMS, strips[number]
            stop = at + strip.shape[1]
            _add(strip, (change[at:stop] @ right)[:, at - first * ITEMS :].T)
            _add(strip, _from_row(change, at) @ np.ascontiguousarray(past[:, at:stop]))

    shared_out(add, range(0, len(strips), TOGETHER))


def _add(strip: NDArray[Any], products: NDArray[Any]) -> None:
    """Add to a strip: one without signs is counted around, so that what is taken away comes out right."""
    if strip.dtype.kind == "u":
        products = products.astype(f"i{strip.itemsize}", copy=False).view(strip.dtype)
    strip += products


def _kept_as(kind: type[np.generic], matrix: sp.csr_array) -> sp.csr_array:
    parts: Any = (matrix.data.astype(kind, copy=False), matrix.indices, matrix.indptr)
    return sp.csr_array(parts, shape=matrix.shape)


def _from_row(matrix: sp.csr_array, row: int) -> sp.csr_array:
    """The rows from one on, without a copy."""
    begin = matrix.indptr[row]
    parts: Any = (matrix.data[begin:], matrix.indices[begin:], matrix.indptr[row:] - begin)
    return sp.csr_array(parts, shape=(matrix.shape[0] - row, matrix.shape[1]))
