"""What a score is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights
from palate.arrays.rows import entry_rows
from palate.data.ageing import aged


@dataclass(frozen=True)
class Contributions:
    """What the score of one item each is made of, for n users, in a ranker's own scale.

    `rest` float64[n] does not come from the user's past. `past` runs beside the entries of
    `query.history.matrix`: float64, what each item of the history adds. A ranker that reads interest
    vectors gives `interests` instead, float64[n, k, d], shaped like those of the query: their
    product with these, summed, is what the past adds. The score is the sum of all.

    `exact` is false where the score is no sum over the past, and each part is by how much it falls
    without that item (`palate.data.left_out`): `rest` then holds what the items do together.
    """

    rest: NDArray[np.float64]
    past: NDArray[np.float64] | None = None
    interests: NDArray[np.float64] | None = None
    exact: bool = True


@dataclass(frozen=True)
class Affine:
    """How a fuser makes one score of several, for one item each of n users.

    The fused score is `rest` + Σ over branches of slope · score + shift, float64[n] each. A branch
    that has no opinion on the item has slope and shift 0.
    """

    slope: Mapping[str, NDArray[np.float64]]
    shift: Mapping[str, NDArray[np.float64]]
    rest: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))


def summed(
    query: Any,
    weights: NDArray[np.float32] | SparseWeights,
    items: NDArray[np.int32],
    strength: bool = False,
    disliked: float = 0.0,
    half_life: float | None = None,
) -> Contributions:
    """For scores that sum the rows of `weights` [items, items] over the user's items, each once.

    With `strength` a row counts as much as its item is liked, with `half_life` less where that was long ago;
    `disliked` times the rows of what the user dislikes are taken away, and stand in the rest. See
    `Query.opinions`.
    """
    table: Any = weights if isinstance(weights, np.ndarray) else weights.matrix

    def rows(matrix: sp.csr_array) -> NDArray[np.float64]:
        found = np.asarray(table[matrix.indices, items[entry_rows(matrix)]], np.float64).ravel()
        found *= matrix.data
        return found

    past, rest = rows(query.history.weights if strength else query.history.matrix), np.zeros(len(query))
    if half_life is not None:
        past *= aged(query.history, half_life).data
    if query.disliked is not None and disliked:
        against = query.disliked.weights if strength else query.disliked.matrix
        np.subtract.at(rest, entry_rows(against), disliked * rows(against))
    return Contributions(rest, past)


def folded_in(
    query: Any,
    items: NDArray[np.int32],
    factors: NDArray[np.float32],
    common: NDArray[np.floating],
    l2: NDArray[np.floating],
    alpha: float | NDArray[np.floating] = 1.0,
    extra: float | NDArray[np.floating] = 1.0,
) -> Contributions:
    """For users whose factors x solve A x = Σ alpha·yᵢ over their items; a score is x·yⱼ.

    A = common + Σ extra·yᵢyᵢᵀ + l2·I, with `factors` float32[items, d] the y, `common` [d, d] and `l2`
    [n], so that item i adds alpha·yᵢᵀA⁻¹yⱼ. `alpha` and `extra` are one number, or one beside each entry
    of the history. A holds what the user likes: each part tells what the item adds beside the others.
    Hu, Koren and Volinsky (2008), section 5.
    """
    matrix, wide = query.history.matrix, factors.astype(np.float64)
    alpha, extra = (np.broadcast_to(np.asarray(each, np.float64), matrix.nnz) for each in (alpha, extra))
    past = np.zeros(matrix.nnz)
    for row, item in enumerate(items.tolist()):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        theirs = wide[matrix.indices[entries]]
        left = common + (theirs.T * extra[entries]) @ theirs + l2[row] * np.eye(wide.shape[1])
        past[entries] = alpha[entries] * (theirs @ np.linalg.solve(left, wide[item]))
    return Contributions(np.zeros(len(query)), past)
