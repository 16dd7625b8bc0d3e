"""EASE on catalogues too large for all pairs: each item explained by its nearest items alone."""

from itertools import combinations

import numpy as np
import pytest

from palate.arrays.products import SparseWeights
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, crowd, training_of
from palate_linear import neighbourhood as module
from palate_linear.ease import Ease
from palate_linear.neighbourhood import counts_at_most, neighbourhood_weights

SMALL = 1e-9  # GiB: too little for any catalogue


def sparse(training, **options):
    """A ranker that must fall back, as if the catalogue were large."""
    items = training.history.n_items
    fitted = Ease(memory=items**2 * 10 / 2**30, on_large="sparse", **options).fit(training)
    assert isinstance(fitted.weights_, SparseWeights)
    return fitted


@pytest.mark.parametrize("chunk", [1, 2**24])
def test_with_all_other_items_as_neighbours_it_is_ease(chunk, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", chunk)
    everybody = [*combinations(range(7), 2), (0, 1, 2), (0, 1, 5, 6), (3, 4)]  # all pairs were met together
    training = training_of(everybody, 7)
    fitted = sparse(training, l2=3.0, neighbours=100)
    assert np.allclose(fitted.weights_.matrix.toarray(), Ease(l2=3.0).fit(training).weights_, atol=1e-6)


def test_each_column_is_the_ridge_regression_of_an_item_on_its_nearest():
    training, _ = crowd()
    met = training.history.matrix.toarray().astype(float)
    counts = met.T @ met
    size = np.sqrt(np.maximum(np.diag(counts), 1))
    got = neighbourhood_weights(training.history.matrix, 2.0, 4).toarray()
    for item in range(20):
        likeness = counts[item] / (size * size[item])
        likeness[item] = 0
        near = [other for other in np.argsort(-likeness, kind="stable")[:4] if likeness[other] > 0]
        right = np.zeros(20)
        if near:
            squares = met[:, near].T @ met[:, near] + 2.0 * np.eye(len(near))
            right[near] = np.linalg.solve(squares, met[:, near].T @ met[:, item])
        assert np.allclose(got[:, item], right, atol=1e-6)


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = sparse(training, l2=1.0, neighbours=5).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_a_lonely_item_and_a_user_without_history_score_nothing():
    scores = sparse(training_of([[0, 1], [0, 1], [2]], 4)).score(asking([[0], [2], []], 4))
    assert scores[0, 1] > 0
    assert not scores[0, 2:].any()
    assert not scores[1:].any()


def test_a_catalogue_that_fits_is_not_approximated():
    training, _ = crowd()
    assert np.array_equal(Ease(on_large="sparse").fit(training).weights_, Ease().fit(training).weights_)


def test_how_many_pairs_there_may_be_is_known_before_counting():
    met = training_of([[0, 1, 2], [3], [0, 3]], 1000).history.matrix
    assert counts_at_most(met) == 9 + 1 + 4
    assert counts_at_most(training_of([range(10)] * 50, 10).history.matrix) == 100


def test_it_refuses_where_even_the_pairs_met_together_are_too_many():
    with pytest.raises(ComponentError, match=r"up to 0\.0 GiB with `on_large: sparse`.*raise `memory`"):
        Ease(memory=SMALL, on_large="sparse").fit(crowd()[0])


def test_refusing_says_that_there_is_another_way():
    with pytest.raises(ComponentError, match="on_large: sparse"):
        Ease(memory=SMALL).fit(crowd()[0])
