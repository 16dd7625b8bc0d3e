import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.arrays import products as linear
from palate.arrays.products import SparseWeights, few_products, history_product, row_product


def random_matrix(n, m, density, seed=0):
    matrix = sp.random_array((n, m), density=density, rng=np.random.default_rng(seed), dtype=np.float32)
    matrix.data[:] = 1.0
    return sp.csr_array(matrix)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 200), m=st.integers(1, 300), d=st.integers(1, 80), seed=st.integers(0, 9))
def test_a_row_of_a_product_is_the_same_alone_and_in_a_crowd(n, m, d, seed):
    rng = np.random.default_rng(seed)
    left = rng.normal(size=(n, d)).astype(np.float32)
    right = rng.normal(size=(m, d)).astype(np.float32)
    together = row_product(left, right)
    some = rng.permutation(n)[:5]
    assert np.array_equal(row_product(left[some], right), together[some])
    assert np.array_equal(row_product(left[n // 2 : n // 2 + 1], right), together[n // 2 : n // 2 + 1])
    assert np.allclose(together, left.astype(np.float64) @ right.T.astype(np.float64), atol=1e-4)
    assert together.dtype == np.float32


def test_a_product_with_no_rows_has_the_right_shape():
    assert row_product(np.zeros((0, 3), np.float32), np.ones((5, 3), np.float32)).shape == (0, 5)


def some_weights(density):
    weights = random_matrix(40, 70, density, seed=1)
    weights.data[:] = np.random.default_rng(2).normal(size=weights.nnz)
    return weights


@pytest.mark.parametrize("make", [SparseWeights, lambda weights: weights.toarray()], ids=["sparse", "dense"])
@pytest.mark.parametrize("density", [0.02, 0.5])
def test_a_person_is_scored_the_same_alone_and_in_a_crowd(density, make, monkeypatch):
    monkeypatch.setattr(linear, "cores", lambda: 3)
    met, weights = random_matrix(300, 40, 0.2), some_weights(density)
    together = history_product(met, make(weights))
    assert np.array_equal(together[137:138], history_product(met[137:138], make(weights)))
    assert np.allclose(together, met.toarray() @ weights.toarray(), atol=1e-5)
    assert together.dtype == np.float32


def test_histories_left_sparse_and_histories_spread_out_have_the_same_scores_to_the_last_bit(monkeypatch):
    met, weights = random_matrix(300, 40, 0.4), SparseWeights(some_weights(0.5))
    found = []
    for step in (0, 10**9):
        monkeypatch.setattr(linear, "SPARSE_STEP", step)
        found.append(history_product(met, weights))
    assert np.array_equal(*found)


def test_the_order_in_which_a_history_is_stored_does_not_matter():
    met, weights = random_matrix(1, 40, 0.9), SparseWeights(some_weights(0.5))
    turned = sp.csr_array((met.data, met.indices[::-1].copy(), met.indptr), shape=met.shape)
    assert np.array_equal(history_product(turned, weights), history_product(met, weights))


@pytest.mark.parametrize(("crowded", "way"), [(0.9, "turned"), (0.01, "matrix")])
def test_full_histories_are_spread_out_and_short_ones_left_sparse(crowded, way, monkeypatch):
    met, weights = random_matrix(300, 40, crowded), SparseWeights(some_weights(0.5))
    history_product(met, weights)
    assert ("turned" in vars(weights)) == (way == "turned")


def test_nobody_gets_no_scores():
    assert history_product(random_matrix(0, 4, 0.5), np.ones((4, 6), np.float32)).shape == (0, 6)


@pytest.mark.parametrize("index", [np.int32, np.int64])
def test_the_products_that_are_not_0_are_those_of_all(index):
    met, weights = random_matrix(9, 40, 0.3), some_weights(0.1)
    weights.indices, weights.indptr = weights.indices.astype(index), weights.indptr.astype(index)
    right = history_product(met, SparseWeights(weights))
    for row in range(9):
        items, found = few_products(met[row : row + 1], SparseWeights(weights), 70 * 40)
        assert len(np.unique(items)) == len(items)
        assert np.array_equal(found, right[row, items])
        assert np.count_nonzero(right[row]) == np.count_nonzero(found)


def test_products_are_not_told_apart_where_there_may_be_many():
    met, weights = random_matrix(1, 40, 0.3), SparseWeights(some_weights(0.1))
    most = int(weights.held[met.indices].sum())
    assert few_products(met, weights, most) is not None
    assert few_products(met, weights, most - 1) is None


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_one_history_is_multiplied_with_weights_of_any_layout(order, kind):
    met = random_matrix(5, 40, 0.2)
    weights = np.asarray(some_weights(0.9).toarray(), kind, order=order)
    together = history_product(met, weights)
    for row in range(5):
        assert history_product(met[row : row + 1], weights).tobytes() == together[row].tobytes()
