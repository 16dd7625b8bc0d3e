"""The nearest of all items to each item, a block of items at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.cooccurrence import Counts
from palate.arrays.strongest import strongest_again
from palate.arrays.threads import shared_out
from palate.arrays.topk import top_k
from palate.data.side_information import SideInformation
from palate_neighbours.item_similarity import Similarity

DENSE_BYTES = 2**30  # up to here all products are held at once
BLOCK_BYTES = 2**21
STEPS = 2**22  # of a sparse product, in one block
CLOSE = np.float32(0.98)  # how far below the k-th similarity there was the one that there is is looked for
SPREAD = 3  # looking at an entry takes as long as at this many items of a whole row

Found = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


def fits_in_memory(n_items: int) -> bool:
    """Whether the products of all pairs of items are held at once."""
    return 2 * n_items**2 <= DENSE_BYTES


def nearest(
    matrix: sp.csr_array,
    k: int,
    between: Similarity,
    counts: Counts | None = None,
    parts: Sequence[Sequence[Found]] = (),
) -> sp.csr_array:
    """Sparse float32[m, m] whose column j holds the k items nearest to j, of those above 0.

    `matrix` is users x items, `between` as in `palate_neighbours.item_similarity`. Equal similarities
    go to the lower item number. An item is not its own neighbour. `counts` are the products of the columns
    where they are known, `parts` what `nearest_part` gave for all parts of a large catalogue.
    """
    n_items = matrix.shape[1]
    if counts is None and fits_in_memory(n_items):
        counts = Counts.of(matrix)
    if counts is not None:
        found = list(_in_memory(counts, k, between))
    else:
        known = parts or [nearest_part(matrix, k, between, 0, 1)]
        found = [each for some in zip_longest(*known) for each in some if each is not None]
    return _as_columns(found, n_items)


def _in_memory(counts: Counts, k: int, between: Similarity) -> Iterator[Found]:
    """Few items: all products at once, searched by blocks of rows on all cores."""
    place = np.argsort(counts.order)

    def search(strip: int) -> Found:
        return _search(counts.rows(strip)[:, place], counts.columns(strip), k, between)

    yield from shared_out(search, range(len(counts.strips)))


def nearest_again(counts: Counts, k: int, alike: Similarity, last: NDArray[np.float32]) -> sp.csr_array:
    """What `nearest` gives, quicker where little has changed: `last` is about the k-th similarity of each.

    It is float32[m], and may be too high or too low; 0 where nothing is known.
    """
    found: sp.csr_array = strongest_again(counts, k, alike, last * CLOSE).T.tocsr()
    return found


def last_of_each(similarity: sp.csr_array, k: int) -> NDArray[np.float32]:
    """float32[m]: the lowest similarity in each column; 0 for a column of fewer than k."""
    m = similarity.shape[1]
    last = np.full(m, np.inf, np.float32)
    np.minimum.at(last, similarity.indices, similarity.data)
    return np.where(np.bincount(similarity.indices, minlength=m) < k, np.float32(0), last)


def nearest_part(matrix: sp.csr_array, k: int, between: Similarity, number: int, count: int) -> list[Found]:
    """Many items: those nearest to every `count`-th block of them from `number` on.

    The products of some items with all are a sparse matrix; blocks are shared out among the cores.
    """
    columns = matrix.T.tocsr()

    def search(block: tuple[int, int]) -> Found:
        start, stop = block
        products = columns[start:stop] @ matrix
        found = list(_sparse(products, np.arange(start, stop, dtype=np.int32), k, between))
        of, near, value = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return of, near, value

    blocks = list(_even(columns @ np.diff(matrix.indptr)))
    return shared_out(search, blocks[number::count])


def nearest_beside(matrix: sp.csr_array, k: int, between: Similarity, side: SideInformation) -> sp.csr_array:
    """What `nearest` gives with the products of the side information added to those of the users.

    Hardly a product is 0 then: whole rows are searched, a block of items at a time on all cores.
    """
    columns, n_items = matrix.T.tocsr(), matrix.shape[1]
    step = max(1, BLOCK_BYTES // (4 * n_items))

    def search(start: int) -> Found:
        some = np.arange(start, min(start + step, n_items))
        products = (columns[some[0] : some[-1] + 1] @ matrix).toarray() + side.products(some)
        return _search(products.astype(np.float32, copy=False), some, k, between)

    return _as_columns(shared_out(search, range(0, n_items, step)), n_items)


def _as_columns(found: Sequence[Found], n_items: int) -> sp.csr_array:
    of, near, value = (np.concatenate(parts) for parts in zip(*found, strict=True))
    rows: Any = (value, (near.astype(np.int32), of.astype(np.int32)))
    return sp.csr_array(rows, shape=(n_items, n_items))


def _sparse(products: sp.csr_array, items: NDArray[np.int32], k: int, between: Similarity) -> Iterator[Found]:
    """The best of each row: all of one with no more than k entries; others are searched."""
    held = np.diff(products.indptr)
    kept = np.repeat(held <= k, held)
    of, near = np.repeat(items, held)[kept], products.indices[kept]
    value = between(products.data[kept], of, near)
    real = (value > 0) & (near != of)
    yield of[real], near[real], value[real]
    full = np.flatnonzero(held > k)
    for some in _alike(full[np.argsort(held[full], kind="stable")], held):
        rows = products[some]
        if SPREAD * held[some[-1]] > products.shape[1]:
            yield _search(rows.toarray(), items[some], k, between)
        else:
            yield _search_held(rows, items[some], k, between)


def _alike(rows: NDArray[np.intp], held: NDArray[np.integer]) -> Iterator[NDArray[np.intp]]:
    """Rows, those with fewest entries first, in blocks that have room for all at the length of the last."""
    start = 0
    while start < len(rows):
        room = 4 * np.arange(1, len(rows) - start + 1) * held[rows[start:]]
        stop = start + max(int(np.searchsorted(room, BLOCK_BYTES, side="right")), 1)
        yield rows[start:stop]
        start = stop


def _search_held(rows: sp.csr_array, items: NDArray[np.int32], k: int, between: Similarity) -> Found:
    """The best of each row, looked for among its entries alone."""
    rows.sort_indices()
    held = np.diff(rows.indptr)
    place = np.arange(held.max())
    there = place < held[:, None]
    at = np.where(there, rows.indptr[:-1, None] + place, 0)
    near = rows.indices[at]
    similarity = between(rows.data[at], items[:, None], near)
    np.copyto(similarity, -np.inf, where=~there | (similarity <= 0) | (items[:, None] == near))
    best, value = top_k(similarity, k)
    of, taken = np.nonzero(best >= 0)
    return items[of], near[of, best[of, taken]], value[of, taken]


def _even(steps: NDArray[np.integer]) -> Iterator[tuple[int, int]]:
    """Blocks of rows (start, stop) that take about as many steps; a row that takes more is alone."""
    taken = np.cumsum(steps)
    start = 0
    while start < len(steps):
        before = taken[start - 1] if start else 0
        stop = max(int(np.searchsorted(taken, before + STEPS, side="right")), start + 1)
        yield start, stop
        start = stop


def _search(products: NDArray[np.float32], items: NDArray[Any], k: int, between: Similarity) -> Found:
    """The best of each row; `items` are the numbers of the rows."""
    columns = np.arange(products.shape[1], dtype=np.int32)
    similarity = between(products, items[:, None], columns[None, :])
    np.copyto(similarity, -np.inf, where=(similarity <= 0) | (items[:, None] == columns))
    near, value = top_k(similarity, k)
    there = near >= 0
    return items[np.nonzero(there)[0]], near[there], value[there]
