"""Ridge regression from item vectors to any numbers of the items, as one linear map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.components.contracts import Vectors


@dataclass(frozen=True)
class KernelMap:
    """The map from the numbers of w known items to predictions for all items: numbers @ left @ right.T.

    `left` is float32[w, r], or None for the identity; `right` float32[items, r]. `own` (float32[w])
    is the share of a known item's number in its prediction: the diagonal of the map.
    """

    left: Vectors | None
    right: Vectors
    own: NDArray[np.float32]

    def predictions(self, numbers: NDArray[np.float32], known: NDArray[np.int64]) -> NDArray[np.float32]:
        """float32[n, items] from float32[n, w]; a known item's as if its own number were not known.

        Without the own number it is (prediction - own · number) / (1 - own), exactly what a ridge regression
        on the others would give (leave-one-out; Allen 1974, Golub, Heath and Wahba 1979).
        """
        reduced = numbers if self.left is None else row_product(numbers, self.left.T)
        out = row_product(reduced, self.right)
        out[:, known] = (out[:, known] - self.own * numbers) / (1 - self.own)
        return out


def linear(vectors: Vectors, known: NDArray[np.int64], l2: float) -> KernelMap:
    """F_w (F_wᵀF_w + l2·I)⁻¹ Fᵀ: no matrix is larger than items x dimensions."""
    wide = vectors.astype(np.float64)
    of_known = wide[known]
    squares = of_known.T @ of_known
    squares[np.diag_indices_from(squares)] += l2
    left = np.linalg.solve(squares, of_known.T).T
    own = np.einsum("ij,ij->i", left, of_known)
    return KernelMap(left.astype(np.float32), vectors, own.astype(np.float32))


def radial(vectors: Vectors, known: NDArray[np.int64], l2: float, gamma: float) -> KernelMap:
    """(K_ww + l2·I)⁻¹ K_w, with K = exp(-gamma·‖f - f'‖²)."""
    from scipy.linalg import cho_factor, cho_solve

    kernel = _kernel(vectors, known, gamma)
    squares = kernel[:, known].astype(np.float64)
    squares[np.diag_indices_from(squares)] += l2
    solved = cho_solve(cho_factor(squares, lower=True, overwrite_a=True), kernel, overwrite_b=False)
    own = solved[np.arange(len(known)), known]
    return KernelMap(None, np.ascontiguousarray(solved.T, np.float32), own.astype(np.float32))


def _kernel(vectors: Vectors, known: NDArray[np.int64], gamma: float) -> NDArray[np.float32]:
    """float32[w, items]."""
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    out: NDArray[np.float32] = vectors[known] @ vectors.T
    out *= -2
    out += lengths
    out += lengths[known, None]
    np.maximum(out, 0, out=out)
    out *= np.float32(-gamma)
    np.exp(out, out=out)
    return out
