import numpy as np
import pytest

from palate.components.component import Component
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


def every_weight(fitted, items):
    """The score of each item for users with one item each: the filter as a matrix."""
    return fitted.score(asking([[item] for item in range(items)], items))


def test_one_step_along_the_graph_divides_by_how_much_each_end_has():
    # User 0 met items 0 and 1, user 1 item 1: R = [[1/√2, 1/√4], [0, 1/√2]].
    fitted = GraphFilter(low_pass=0.0).fit(training_of([[0, 1], [1]], 2))
    cross = 1 / np.sqrt(2) / 2
    assert np.allclose(every_weight(fitted, 2), [[0.5, cross], [cross, 0.75]], atol=1e-6)


def test_with_all_directions_the_low_pass_part_gives_back_the_history():
    fitted = GraphFilter(rank=10, low_pass=1.0).fit(training_of([[0, 1], [1]], 2))
    plain = GraphFilter(low_pass=0.0).fit(training_of([[0, 1], [1]], 2))
    assert np.allclose(every_weight(fitted, 2) - every_weight(plain, 2), np.eye(2), atol=1e-6)


@pytest.mark.parametrize("rank", [1, 3, 5])
def test_the_scores_are_those_of_the_formula(rank):
    training, query = crowd()
    met = training.history.matrix.toarray().astype(float)
    right = filtered(met, rank, 0.3)
    fitted = GraphFilter(rank=rank, low_pass=0.3).fit(training)
    assert np.allclose(every_weight(fitted, met.shape[1]), right, atol=1e-6)
    assert np.allclose(fitted.score(query), met @ right, atol=1e-5)


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


def test_a_million_items_take_what_their_events_take():
    fitted = GraphFilter(rank=1).fit(training_of([[0, 1], [0, 2]], 1_000_000))
    held = (fitted.into_, fitted.out_of_, fitted.graph_.matrix.data, fitted.graph_.matrix.indices)
    assert sum(each.nbytes for each in held) < 9_000_000
    assert np.flatnonzero(fitted.score(asking([[1]], 1_000_000))).tolist() == [0, 1, 2]


@pytest.mark.parametrize("options", [{"rank": 0}, {"low_pass": -0.1}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", GraphFilter, "graph", "palate", "0").check(options)
    assert list(problems) == list(options)
