"""BPR and LMF: factors of users by gradient descent, and of unknown users from their history."""

import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, training_of
from palate_implicit.als import ALS
from palate_implicit.bpr import BPR
from palate_implicit.lmf import LMF
from palate_implicit.unknown_users import folded, score, stretch

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3], []]
BOTH = pytest.mark.parametrize("ranker", [BPR, LMF])


def test_scores_are_products_of_factors_and_users_without_history_has_no_score():
    people, items = np.array([[1, 2], [3, 4]], np.float32), np.array([[1, 0], [1, 1]], np.float32)
    scores = score(people, items, asking([[0], [], [1]], 2, users=[1, -1, 0]), (), 1.0)
    assert np.array_equal(scores, [[3, 7], [np.nan, np.nan], [1, 3]], equal_nan=True)


def test_an_unknown_user_gets_stretched_least_squares_factors_and_the_items_biases():
    # One factor and a bias. Two items of factor 1 and -1: YᵀY = 2, mean squared length 1, so that
    # (2 + 9·1 + 10) x = 10·1, x = 10/21; scaled by 2, and the biases 0.5 and 0.1 are added.
    people, items = np.zeros((1, 2), np.float32), np.array([[1, 0.5], [-1, 0.1]], np.float32)
    got = score(people, items, asking([[0]], 2), (1.0,), 2.0)
    assert np.allclose(got, [[20 / 21 + 0.5, -20 / 21 + 0.1]], atol=1e-6)


def test_factors_are_stretched_to_come_nearest_to_those_of_training():
    items = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    history = training_of(LISTS, 6).history
    guesses = folded(history, items)
    assert np.isclose(stretch(2.5 * guesses, history, items), 2.5, atol=1e-5)
    assert stretch(-guesses, history, items) == 0
    assert stretch(guesses, training_of([[], []], 6).history, items) == 1


@BOTH
def test_it_scores_known_and_unknown_users_but_not_those_without_history(ranker):
    pytest.importorskip("implicit", reason="trains with the library implicit")
    fitted = ranker(factors=4, iterations=5).fit(training_of(LISTS, 6))
    scores = fitted.score(asking([[0, 1], [0, 1], []], 6, users=[0, -1, 4]))
    assert np.isfinite(scores[:2]).all()  # cold items 4 and 5 too
    assert np.isnan(scores[2]).all()


@BOTH
def test_the_same_seed_gives_the_same_result_and_another_seed_another(ranker):
    pytest.importorskip("implicit", reason="trains with the library implicit")
    first, again, other = (
        ranker(factors=4, iterations=5).fit(training_of(LISTS, 6, seed=seed)).item_factors_
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("ranker", "options"),
    [(BPR, {"factors": 4, "learning_rate": 0.1, "iterations": 100}), (LMF, {"factors": 4})],
)
def test_it_finds_the_item_that_each_user_is_missing(ranker, options):
    pytest.importorskip("implicit", reason="trains with the library implicit")
    training, query, missing = checkerboard()
    scores = ranker(**options).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


@pytest.mark.parametrize(
    ("ranker", "options"),
    [(BPR, {"factors": 4, "learning_rate": 0.1, "iterations": 100}), (LMF, {"factors": 4})],
)
def test_it_finds_the_item_that_unknown_users_have_not(ranker, options):
    pytest.importorskip("implicit", reason="trains with the library implicit")
    training, query, missing = checkerboard()
    scores = ranker(**options).fit(training).score(asking(_lists(query.history), 20))
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.mean(scores.argmax(axis=1) == missing) > 0.9


def _lists(history):
    return np.split(history.items, history.indptr[1:-1])


def test_bpr_learns_what_is_popular():
    pytest.importorskip("implicit", reason="trains with the library implicit")
    fitted = BPR(factors=2, iterations=100).fit(training_of([[0, 1], [0, 2], [0, 3], [0, 4]] * 10, 6))
    assert fitted.score(asking([[]], 6, users=[0])).argmax() == 0


@BOTH
def test_it_tells_how_far_it_is_and_does_not_warn(ranker, recwarn):
    pytest.importorskip("implicit", reason="trains with the library implicit")
    told = []
    training = training_of(LISTS, 4, progress=lambda done, total: told.append((done, total)))
    ranker(factors=2, iterations=3).fit(training)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert not list(recwarn)


def test_it_says_so_when_it_diverges():
    pytest.importorskip("implicit", reason="trains with the library implicit")
    with pytest.raises(ComponentError, match="lower `learning_rate`"):
        BPR(factors=2, learning_rate=1e30, iterations=20).fit(training_of(LISTS, 4))


@pytest.mark.parametrize("ranker", [ALS, BPR, LMF])
@pytest.mark.parametrize(
    "options", [{"factors": 0}, {"iterations": 0}, {"regularization": -1.0}, {"threads": -1}]
)
def test_it_refuses_options_outside_their_bounds(ranker, options):
    _, problems = Component("ranker", ranker, "implicit", "palate", "0").check(options)
    assert list(problems) == list(options)
