import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, conforms, crowd, training_of
from palate_graph.gfcf import GraphFilter

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]

TestGraphFilter = conforms(GraphFilter, rank=4)


def filtered(met, rank, low_pass):
    """The filter written out with a full singular value decomposition."""
    people, items = met.sum(axis=1), met.sum(axis=0)
    left = np.diag(np.where(people > 0, 1 / np.sqrt(np.maximum(people, 1)), 0))
    down = np.diag(np.where(items > 0, 1 / np.sqrt(np.maximum(items, 1)), 0))
    normalised = left @ met @ down
    right = np.linalg.svd(normalised)[2][:rank].T
    return normalised.T @ normalised + low_pass * down @ right @ right.T @ np.diag(np.sqrt(items))


def test_one_step_along_the_graph_divides_by_how_much_each_end_has():
    # User 0 met items 0 and 1, user 1 item 1: R = [[1/√2, 1/√4], [0, 1/√2]].
    weights = GraphFilter(low_pass=0.0).fit(training_of([[0, 1], [1]], 2)).weights_
    cross = 1 / np.sqrt(2) / 2
    assert np.allclose(weights, [[0.5, cross], [cross, 0.75]], atol=1e-6)


def test_with_all_directions_the_low_pass_part_gives_back_the_history():
    fitted = GraphFilter(rank=10, low_pass=1.0).fit(training_of([[0, 1], [1]], 2)).weights_
    plain = GraphFilter(low_pass=0.0).fit(training_of([[0, 1], [1]], 2)).weights_
    assert np.allclose(fitted - plain, np.eye(2), atol=1e-6)


@pytest.mark.parametrize("rank", [1, 3, 5])
def test_the_weights_are_those_of_the_formula(rank):
    training, query = crowd()
    met = training.history.matrix.toarray().astype(float)
    right = filtered(met, rank, 0.3)
    fitted = GraphFilter(rank=rank).fit(training)
    assert np.allclose(fitted.weights_, right, atol=1e-5)
    assert np.allclose(fitted.score(query), met @ right, atol=1e-4)


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = GraphFilter(rank=2).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = GraphFilter(rank=2).fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    assert scores[0, 5] == 0
    assert scores[0, 1] > 0
    assert not scores[1].any()


def test_it_refuses_a_catalogue_that_would_not_fit_before_taking_the_memory():
    with pytest.raises(ComponentError, match=r"11175\.9 GiB for 1,000,000 items.*rp3beta"):
        GraphFilter().fit(training_of([[0, 1]], 1_000_000))


@pytest.mark.parametrize("options", [{"rank": 0}, {"low_pass": -0.1}, {"memory": 0}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", GraphFilter, "graph", "palate", "0").check(options)
    assert list(problems) == list(options)
