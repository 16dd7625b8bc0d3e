import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, training_of
from palate_linear.ease import Ease

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]


def component():
    return Component("ranker", Ease, "linear", "palate", "0")


def test_two_items_always_met_together_predict_each_other():
    # G = [[1, 1], [1, 1]], so with l2 = 1 P = [[2, -1], [-1, 2]] / 3 and B = [[0, 1/2], [1/2, 0]].
    weights = Ease(l2=1.0).fit(training_of([[0, 1]], 2)).weights_
    assert np.allclose(weights, [[0, 0.5], [0.5, 0]], atol=1e-7)


@pytest.mark.parametrize("l2", [0.01, 1.0, 300.0])
def test_the_weights_are_those_of_the_formula(l2):
    met = np.zeros((4, 5))
    for person, items in enumerate(LISTS):
        met[person, items] = 1
    inverse = np.linalg.inv(met.T @ met + l2 * np.eye(5))
    right = inverse / -np.diag(inverse)
    np.fill_diagonal(right, 0)
    fitted = Ease(l2=l2).fit(training_of(LISTS, 5))
    assert np.allclose(fitted.weights_, right, atol=1e-6)
    assert np.allclose(fitted.score(asking([[0, 3], [2]], 5)), [right[0] + right[3], right[2]], atol=1e-6)


def test_an_event_that_stands_twice_counts_once():
    once, twice = Ease().fit(training_of([[0, 1]], 3)), Ease().fit(training_of([[0, 1, 1, 0]], 3))
    assert np.array_equal(once.weights_, twice.weights_)
    assert np.array_equal(once.score(asking([[0]], 3)), once.score(asking([[0, 0]], 3)))


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = Ease(l2=1.0).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = Ease().fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    assert scores[0, 5] == 0
    assert not scores[1].any()


def test_a_user_unknown_to_it_gets_what_a_known_one_gets():
    fitted = Ease().fit(training_of(LISTS, 5))
    assert np.array_equal(
        fitted.score(asking(LISTS, 5)), fitted.score(asking(LISTS, 5, users=range(len(LISTS))))
    )


def test_it_refuses_a_catalogue_that_would_not_fit_before_taking_the_memory():
    wide = training_of([[0, 1]], 1_000_000)
    with pytest.raises(ComponentError, match=r"11187\.3 GiB for 1,000,000 items.*item-knn.*min-interactions"):
        Ease(on_large="refuse").fit(wide)
    with pytest.raises(ComponentError, match=r"0\.01 GiB"):
        Ease(memory=0.01, on_large="refuse").fit(training_of([[0]], 1000))


@pytest.mark.parametrize("options", [{"l2": 0}, {"l2": -1.0}, {"memory": 0}, {"l2": "much"}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = component().check(options)
    assert list(problems) == list(options)


def test_it_says_so_when_l2_is_too_small_for_the_matrix():
    with pytest.raises(ComponentError, match="larger l2"):
        Ease(l2=1e-30).fit(training_of([[0, 1]], 2))
