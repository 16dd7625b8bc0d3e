"""How similar users are, by their items."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate_neighbours.item_similarity import K1, B, Measure

Weights = NDArray[np.float32]


def weights_of_items(met: sp.csr_array, measure: Measure) -> Weights:
    """float32[items]: the weight of each item, by how many of the users in `met` have it."""
    if measure not in ("tfidf", "bm25"):
        return np.ones(met.shape[1], np.float32)
    users = met.shape[0]
    popularity = np.bincount(met.indices, minlength=met.shape[1])
    if measure == "tfidf":
        weights = np.log((1 + users) / (1 + popularity))
    else:  # 1 is added within the logarithm, so that no weight is negative
        weights = np.log1p((users - popularity + 0.5) / (popularity + 0.5))
    return np.asarray(weights, np.float32)


def similarities(
    queried: sp.csr_array, met: sp.csr_array, weights: Weights, measure: Measure, shrink: float
) -> NDArray[np.float32]:
    """float32[n, users]: how similar users in `queried` are to those in `met`; -inf without common items."""
    mean = met.nnz / max(met.shape[0], 1)
    one, other = _weighted(queried, weights, measure, mean), _weighted(met, weights, measure, mean)
    products = history_product(one, SparseWeights(other.T.tocsr()))
    tiny = np.float32(max(shrink, 1e-30))
    if measure in ("cosine", "tfidf"):
        products /= _length(one)[:, None] * _length(other) + tiny
    elif measure == "jaccard":
        products /= _size(one)[:, None] + _size(other) - products + tiny
    products[products <= 0] = -np.inf
    return products


def shared_by_item(
    one: sp.csr_array, met: sp.csr_array, users: NDArray[np.int32], weights: Weights, measure: Measure
) -> NDArray[np.float64]:
    """float64[users, items]: the share of each item of a user in the similarity to each of these `users`.

    `one` is the row of the user, and each of the `users` has an item in common with them.
    """
    mean = met.nnz / max(met.shape[0], 1)
    own, other = _weighted(one, weights, measure, mean), _weighted(met[users], weights, measure, mean)
    products = other[:, one.indices].toarray().astype(np.float64) * own.data
    shares: NDArray[np.float64] = products / products.sum(axis=1, keepdims=True)
    return shares


def _weighted(met: sp.csr_array, weights: Weights, measure: Measure, mean: float) -> sp.csr_array:
    data = weights[met.indices]
    if measure == "bm25":
        size = np.diff(met.indptr)
        saturation = (K1 + 1) / (1 + K1 * (1 - B + B * size / max(mean, 1e-12)))
        data = data * np.repeat(saturation.astype(np.float32), size)
    return sp.csr_array((data, met.indices, met.indptr), shape=met.shape)


def _size(matrix: sp.csr_array) -> Weights:
    squares = sp.csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    return np.asarray(squares.sum(axis=1), np.float32)


def _length(matrix: sp.csr_array) -> Weights:
    return np.sqrt(_size(matrix))
