import numpy as np
import pytest

from palate.testing import asking, checkerboard, crowd, training_of
from palate_implicit.als import ALS
from palate_implicit.fold_in import fold_in

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]


def test_a_user_is_folded_in_by_the_normal_equations():
    items = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    # Met items 0 and 2, alpha 3, l2 2: (YᵀY + 2·YᵤᵀYᵤ + 2·I) x = 3·(y0 + y2)
    # = ([[2, 1], [1, 2]] + 2·[[2, 1], [1, 1]] + [[2, 0], [0, 2]]) x = [[8, 3], [3, 6]] x = [6, 3].
    got = fold_in(asking([[0, 2], []], 3).history, items, alpha=3.0, l2=2.0)
    assert np.allclose(got, [[27 / 39, 6 / 39], [0, 0]], atol=1e-6)


def test_factors_do_not_depend_on_the_others_in_the_query(monkeypatch):
    _, query = crowd()
    items = np.random.default_rng(0).normal(size=(20, 8)).astype(np.float32)
    together = fold_in(query.history, items, 2.0, 1.0)
    monkeypatch.setattr("palate.arrays.stacks.STACK_BYTES", 1)
    assert np.array_equal(fold_in(query.history, items, 2.0, 1.0), together)
    for person in range(len(query)):
        alone = fold_in(query.history.take(np.array([person])), items, 2.0, 1.0)
        assert np.array_equal(alone[0], together[person])


def test_folding_in_agrees_with_what_implicit_recalculates():
    als = pytest.importorskip("implicit.cpu.als", reason="compares with the library implicit")
    from scipy.sparse import csr_matrix

    training, query = crowd()
    fitted = ALS(factors=5, regularization=0.5, alpha=3.0).fit(training)
    model = als.AlternatingLeastSquares(factors=5, regularization=0.5, alpha=3.0)
    model.item_factors = fitted.item_factors_
    met = csr_matrix(query.history.matrix.toarray())
    right = model.recalculate_user(np.arange(len(query)), met) @ fitted.item_factors_.T
    assert np.allclose(fitted.score(query), right, atol=1e-4)


def test_training_is_that_of_implicit():
    als = pytest.importorskip("implicit.cpu.als", reason="compares with the library implicit")
    from scipy.sparse import csr_matrix

    training, _ = crowd(seed=5)
    fitted = ALS(factors=6, regularization=0.3, alpha=4.0, iterations=7).fit(training)
    seed = int(training.rng().integers(2**31))
    model = als.AlternatingLeastSquares(6, 0.3, 4.0, iterations=7, random_state=seed)
    model.fit(csr_matrix(training.history.matrix.toarray()), show_progress=False)
    assert np.allclose(fitted.item_factors_, model.item_factors, atol=1e-5)


def test_it_finds_the_item_that_each_user_is_missing():
    pytest.importorskip("implicit", reason="trains with the library implicit")
    training, query, missing = checkerboard()
    scores = ALS(factors=2, regularization=0.1).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    pytest.importorskip("implicit", reason="trains with the library implicit")
    fitted = ALS(factors=3, regularization=0.1).fit(training_of(LISTS, 6))
    scores = fitted.score(asking([[0, 2], []], 6))
    assert np.allclose(scores[0, 4:], 0, atol=1e-6)
    assert scores[0, 0] > 0.1
    assert not scores[1].any()


def test_the_number_of_threads_does_not_change_the_result():
    pytest.importorskip("implicit", reason="trains with the library implicit")
    training, _ = crowd()
    one, two = (ALS(factors=4, threads=threads).fit(training).item_factors_ for threads in (1, 2))
    assert np.array_equal(one, two)


def test_it_tells_how_far_it_is_and_does_not_warn(recwarn):
    pytest.importorskip("implicit", reason="trains with the library implicit")
    told = []
    training = training_of(LISTS, 4, progress=lambda done, total: told.append((done, total)))
    ALS(factors=2, iterations=3).fit(training)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert not list(recwarn)
