"""The nearest of all items to each item, a block of items at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.gram import Counts
from palate.threads import shared_out
from palate.topk import top_k
from palate_neighbours.similarity import Between

DENSE_BYTES = 2**30  # up to here all products are held at once
BLOCK_BYTES = 2**21
SORTED_DENSITY = 0.05  # below it, sorting what is there is cheaper than searching whole rows

Found = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


def nearest(matrix: sp.csr_array, k: int, between: Between) -> sp.csr_array:
    """Sparse float32[m, m] whose column j holds the k items nearest to j, of those above 0.

    `matrix` is people x items, `between` as in `palate_neighbours.similarity`. Equal similarities
    go to the lower item number. An item is not its own neighbour.
    """
    n_items = matrix.shape[1]
    small = 2 * n_items**2 <= DENSE_BYTES
    found = list(_in_memory(matrix, k, between) if small else _in_blocks(matrix, k, between))
    of, near, value = (np.concatenate(parts) for parts in zip(*found, strict=True))
    rows: Any = (value, (near.astype(np.int32), of.astype(np.int32)))
    return sp.csr_array(rows, shape=(n_items, n_items))


def _in_memory(matrix: sp.csr_array, k: int, between: Between) -> Iterator[Found]:
    """Few items: all products at once, searched by blocks of rows on all cores."""
    counts = Counts.of(matrix)

    def search(strip: int) -> Found:
        return _search(counts.rows(strip), counts.columns(strip), counts.order, k, between)

    yield from shared_out(search, range(len(counts.strips)))


def _in_blocks(matrix: sp.csr_array, k: int, between: Between) -> Iterator[Found]:
    """Many items: the products of some with all, as a sparse matrix, and on to the next."""
    columns = matrix.T.tocsr()
    for start, stop in _blocks(matrix.shape[1]):
        products = columns[start:stop] @ matrix
        if products.nnz > SORTED_DENSITY * (stop - start) * matrix.shape[1]:
            everything = np.arange(matrix.shape[1], dtype=np.int32)
            yield _search(products.toarray(), everything[start:stop], everything, k, between)
        else:
            yield _sort(products, start, k, between)


def _search(
    products: NDArray[np.float32], items: NDArray[Any], columns: NDArray[Any], k: int, between: Between
) -> Found:
    """The best of each row; `items` are the numbers of the rows, `columns` those of the columns."""
    similarity = between(products, items[:, None], columns[None, :])
    np.copyto(similarity, -np.inf, where=(similarity <= 0) | (items[:, None] == columns))
    at, value = top_k(similarity, k, ties=columns)
    there = at >= 0
    return items[np.nonzero(there)[0]], columns[at[there]], value[there]


def _sort(products: sp.csr_array, start: int, k: int, between: Between) -> Found:
    rows = np.repeat(np.arange(products.shape[0]), np.diff(products.indptr))
    near, value = products.indices, between(products.data, rows + start, products.indices)
    keep = (value > 0) & (near != rows + start)
    rows, near, value = rows[keep], near[keep], value[keep]
    order = np.lexsort((near, -value, rows))
    first = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=products.shape[0]))])
    taken = order[np.arange(len(order)) - first[rows[order]] < k]
    return rows[taken] + start, near[taken], value[taken]


def _blocks(n_items: int) -> Iterator[tuple[int, int]]:
    rows = max(1, BLOCK_BYTES // (4 * n_items))
    for start in range(0, n_items, rows):
        yield start, min(start + rows, n_items)
