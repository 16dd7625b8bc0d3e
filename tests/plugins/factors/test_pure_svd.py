import numpy as np
import pytest

from palate.components.component import Component
from palate.testing import asking, checkerboard, conforms, crowd, training_of
from palate_factors.pure_svd import PureSvd

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]

TestPureSvd = conforms(PureSvd, factors=2)


def test_the_one_direction_of_two_items_always_met_together_lies_between_them():
    # X = [[1, 1], [1, 1]]: v = (1, 1) / √2, so that a history of item 0 gives (1/2, 1/2).
    fitted = PureSvd(factors=5).fit(training_of([[0, 1], [0, 1]], 2))
    assert fitted.item_factors_.shape == (2, 1)
    assert np.allclose(fitted.score(asking([[0]], 2)), [[0.5, 0.5]], atol=1e-6)


@pytest.mark.parametrize("factors", [1, 3, 6])
def test_scores_are_projections_on_the_strongest_right_singular_vectors(factors):
    training, query = crowd()
    met = training.history.matrix.toarray().astype(float)
    right = np.linalg.svd(met)[2][:factors].T
    fitted = PureSvd(factors=factors).fit(training)
    assert np.allclose(fitted.score(query), met @ right @ right.T, atol=1e-5)


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = PureSvd(factors=2).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = PureSvd(factors=2).fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    assert np.allclose(scores[0, 4:], 0, atol=1e-6)
    assert scores[0, 0] > 0.1
    assert not scores[1].any()


def test_it_refuses_no_factors():
    _, problems = Component("ranker", PureSvd, "factors", "palate", "0").check({"factors": 0})
    assert list(problems) == ["factors"]
