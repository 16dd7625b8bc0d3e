"""EASE on catalogues too large for all pairs: each item explained by its nearest items alone."""

from itertools import combinations

import numpy as np
import pytest

from palate.arrays.products import SparseWeights
from palate.data.size import Size
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, crowd, training_of
from palate_linear import neighbourhood as module
from palate_linear.dlae import Dlae
from palate_linear.ease import Ease
from palate_linear.neighbourhood import neighbourhood_weights, sparse_bytes


def silent(done, total, message="", /, **values):
    pass


@pytest.fixture
def sparse(monkeypatch):
    """A ranker that must fall back, as if the catalogue were large."""
    for name in ("ease", "dlae"):
        monkeypatch.setattr(f"palate_linear.{name}.is_dense", lambda n_items, memory: False)

    def fit(training, cls=Ease, **options):
        fitted = cls(**options).fit(training)
        assert isinstance(fitted.weights_, SparseWeights)
        return fitted

    return fit


@pytest.mark.parametrize("block", [1, 2**24])
@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_with_all_other_items_as_neighbours_nothing_is_left_out(cls, block, monkeypatch, sparse):
    everybody = [*combinations(range(7), 2), (0, 1, 2), (0, 1, 5, 6), (3, 4)]  # all pairs were met together
    training = training_of(everybody, 7)
    met = training.history.matrix.toarray().astype(float)
    added = 3.0 if cls is Ease else 3.0 + met.sum(axis=0)  # a dropout of ½ adds the diagonal once
    inverse = np.linalg.inv(met.T @ met + np.eye(7) * added)
    right = -inverse / np.diag(inverse) if cls is Ease else -inverse * added
    np.fill_diagonal(right, 0)
    monkeypatch.setattr(module, "BLOCK_BYTES", block)
    fitted = sparse(training, cls, l2=3.0, neighbours=100)
    assert np.allclose(fitted.weights_.matrix.toarray(), right, atol=1e-6)


def test_each_column_is_the_ridge_regression_of_an_item_on_its_nearest():
    training, _ = crowd()
    met = training.history.matrix.toarray().astype(float)
    counts = met.T @ met
    size = np.sqrt(np.maximum(np.diag(counts), 1))
    got = neighbourhood_weights(training.history.matrix, 2.0, 4, silent).toarray()
    for item in range(20):
        likeness = counts[item] / (size * size[item])
        likeness[item] = 0
        near = [other for other in np.argsort(-likeness, kind="stable")[:4] if likeness[other] > 0]
        right = np.zeros(20)
        if near:
            squares = met[:, near].T @ met[:, near] + 2.0 * np.eye(len(near))
            right[near] = np.linalg.solve(squares, met[:, near].T @ met[:, item])
        assert np.allclose(got[:, item], right, atol=1e-6)


def test_it_finds_the_item_that_each_user_is_missing(sparse):
    training, query, missing = checkerboard()
    scores = sparse(training, l2=1.0, neighbours=5).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_a_lonely_item_and_a_user_without_history_score_nothing(sparse):
    scores = sparse(training_of([[0, 1], [0, 1], [2]], 4)).score(asking([[0], [2], []], 4))
    assert scores[0, 1] > 0
    assert not scores[0, 2:].any()
    assert not scores[1:].any()


def test_a_catalogue_that_fits_is_not_approximated():
    training, _ = crowd()
    assert np.array_equal(Ease(on_large="sparse").fit(training).weights_, Ease().fit(training).weights_)


def test_it_says_how_far_it_is():
    told = []
    neighbourhood_weights(crowd()[0].history.matrix, 2.0, 4, lambda done, total: told.append((done, total)))
    assert told[-1] == (19, 19)  # one of the 20 has no event


def test_a_large_catalogue_is_said_to_be_fitted_sparsely_before_it_is():
    said = Ease().check_size(Size(users=10, items=41_000, events=100_000))
    assert "41,000 items take 19.3 GiB" in said
    assert "100 nearest" in said
    assert Ease().check_size(Size(users=10, items=18_400, events=100_000)) is None


def test_what_weights_and_events_take_is_known_before_fitting():
    room = sparse_bytes(1, 0, 100) - module.BYTES_A_WEIGHT
    assert sparse_bytes(1000, 50, 10) - room == 28 * 10_000 + 8 * 50


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_it_refuses_where_even_the_nearest_items_are_too_many(cls):
    with pytest.raises(ComponentError, match=r"GiB with `on_large: sparse` and 100 `neighbours`.*raise"):
        cls(memory=1e-6).check_size(Size(users=10, items=100_000, events=1))


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_refusing_says_that_there_is_another_way(cls):
    with pytest.raises(ComponentError, match="on_large: sparse"):
        cls(memory=1e-9, on_large="refuse").fit(crowd()[0])
