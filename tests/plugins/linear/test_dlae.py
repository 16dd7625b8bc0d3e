from itertools import product

import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, conforms, training_of
from palate_linear.dlae import Dlae

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]

TestDlae = conforms(Dlae, l2=1.0)


def test_two_items_always_met_together_are_each_half_of_what_is_left():
    # G = [[1, 1], [1, 1]], Λ = 1·I + 1·I: B = [[3, 1], [1, 3]]⁻¹ G = [[3, -1], [-1, 3]] G / 8 = G / 4.
    weights = Dlae(l2=1.0, dropout=0.5).fit(training_of([[0, 1]], 2)).weights_
    assert np.allclose(weights, 0.25, atol=1e-7)


@pytest.mark.parametrize("dropout", [0.0, 0.25, 0.6])
def test_it_is_ridge_regression_on_the_average_over_everything_that_may_be_dropped(dropout):
    met = np.zeros((4, 5))
    for person, items in enumerate(LISTS):
        met[person, items] = 1
    squares, products = np.zeros((5, 5)), np.zeros((5, 5))
    events = np.argwhere(met)
    for kept in product([0, 1], repeat=len(events)):
        chance = np.prod([1 - dropout if stays else dropout for stays in kept])
        left = np.zeros_like(met)
        left[tuple(events.T)] = np.array(kept) / (1 - dropout)
        squares += chance * left.T @ left
        products += chance * left.T @ met
    right = np.linalg.solve(squares + 0.7 * np.eye(5), products)
    fitted = Dlae(l2=0.7, dropout=dropout).fit(training_of(LISTS, 5))
    assert np.allclose(fitted.weights_, right, atol=1e-6)
    assert np.allclose(fitted.score(asking([[0, 3], [2]], 5)), [right[0] + right[3], right[2]], atol=1e-6)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = Dlae().fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    assert scores[0, 5] == 0
    assert scores[0, 1] > 0
    assert not scores[1].any()


def test_a_user_unknown_to_it_gets_what_a_known_one_gets():
    fitted = Dlae().fit(training_of(LISTS, 5))
    known = fitted.score(asking(LISTS, 5, users=range(4)))
    assert np.array_equal(fitted.score(asking(LISTS, 5)), known)


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = Dlae(l2=1.0).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_it_refuses_a_catalogue_that_would_not_fit_before_taking_the_memory():
    with pytest.raises(ComponentError, match=r"'dlae' would take 11187\.3 GiB for 1,000,000 items.*item-knn"):
        Dlae(on_large="refuse").fit(training_of([[0, 1]], 1_000_000))


@pytest.mark.parametrize("options", [{"l2": 0}, {"dropout": 1.0}, {"dropout": -0.1}, {"memory": 0}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", Dlae, "linear", "palate", "0").check(options)
    assert list(problems) == list(options)
