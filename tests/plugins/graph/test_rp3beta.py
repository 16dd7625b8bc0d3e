import numpy as np
import pytest

from palate.components.component import Component
from palate.data import change
from palate.testing import asking, checkerboard, conforms, crowd, training_of
from palate_graph import sparse_product as module
from palate_graph.rp3beta import RP3beta

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]

TestRP3beta = conforms(RP3beta, neighbours=10)


def walked(met, alpha, beta):
    """The walks counted one by one: from item i to a user, and from there to item j."""
    people, items = met.sum(axis=1), met.sum(axis=0)
    n = met.shape[1]
    out = np.zeros((n, n))
    for start in range(n):
        for person in np.flatnonzero(met[:, start]):
            for end in np.flatnonzero(met[person]):
                if end != start:
                    chance = (1 / items[start]) ** alpha * (1 / people[person]) ** alpha
                    out[start, end] += chance / items[end] ** beta
    return out


def test_two_items_that_two_users_met_in_different_company():
    # From item 0: to user 0 (chance 1/2), on to item 1 (1/2); to user 1 and on to item 2 (1/2 · 1/2).
    weights = (
        RP3beta(alpha=1.0, beta=1.0).fit(training_of([[0, 1], [0, 2], [2]], 3)).weights_.matrix.toarray()
    )
    assert np.allclose(weights[0], [0, 0.25 / 1, 0.25 / 2])
    assert np.allclose(weights[1], [0.5 / 2, 0, 0])


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.0), (0.7, 0.5), (1.3, 1.0)])
def test_the_weights_are_those_of_walks_counted_one_by_one(alpha, beta, monkeypatch):
    training, query = crowd()
    met = training.history.matrix.toarray().astype(float)
    right = walked(met, alpha, beta)
    for size in (1, 2**26):
        monkeypatch.setattr(module, "BLOCK_BYTES", size)
        fitted = RP3beta(alpha=alpha, beta=beta, neighbours=20).fit(training)
        assert np.allclose(fitted.weights_.matrix.toarray(), right, atol=1e-6)
    assert np.allclose(fitted.score(query), met @ right, atol=1e-5)


def test_each_item_keeps_the_strongest_ways_out():
    training, _ = crowd()
    every = walked(training.history.matrix.toarray(), 1.0, 0.6)
    kept = RP3beta(alpha=1.0, beta=0.6, neighbours=3).fit(training).weights_.matrix.toarray()
    assert (np.count_nonzero(kept, axis=1) <= 3).all()
    assert np.allclose(np.sort(kept, axis=1)[:, -3:], np.sort(every, axis=1)[:, -3:], atol=1e-6)


def test_a_change_is_walked_by_those_who_changed_bit_for_bit(monkeypatch):
    before = training_of([*LISTS, [0, 1, 3], [1, 2, 3]], 4)
    after = training_of([[0, 1, 3], [0, 1, 2], [2, 3], [0, 3], [], [1, 2, 3]], 4)
    ranker, fresh = RP3beta(neighbours=2).fit(before), RP3beta(neighbours=2).fit(after)
    monkeypatch.delattr(RP3beta, "fit")
    monkeypatch.setattr("palate_graph.rp3beta.MANY", 0)  # however few there are here

    ranker.partial_fit(*change(before, after))

    for field in ("indptr", "indices", "data"):
        left, right = (getattr(each.weights_.matrix, field) for each in (ranker, fresh))
        assert left.tobytes() == right.tobytes()
    assert ranker.walks_.order.tolist() == fresh.walks_.order.tolist()
    assert ranker.walks_.strips[0].tobytes() == fresh.walks_.strips[0].tobytes()


@pytest.mark.parametrize("fine", [1e12, 64])
def test_walks_are_kept_where_they_are_few_and_sums_of_them_exact(fine, monkeypatch):
    monkeypatch.setattr("palate_graph.rp3beta.FINE", fine)
    fitted = RP3beta(neighbours=20).fit(crowd()[0])
    assert (fitted.walks_ is None) == (fine > 64)
    monkeypatch.setattr("palate_graph.rp3beta.COUNTED", 3)
    large = RP3beta(neighbours=20).fit(crowd()[0])
    assert large.walks_ is None
    assert np.allclose(fitted.weights_.matrix.toarray(), large.weights_.matrix.toarray(), rtol=1e-4)


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = RP3beta().fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = RP3beta().fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    assert scores[0, 5] == 0
    assert scores[0, 1] > 0
    assert not scores[1].any()


@pytest.mark.parametrize("options", [{"alpha": -1.0}, {"beta": -0.1}, {"neighbours": 0}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", RP3beta, "graph", "palate", "0").check(options)
    assert list(problems) == list(options)


@pytest.mark.parametrize(("events", "beta"), [(5, 0.0), (15, 0.198), (250, 0.704), (10_000, 1.0)])
def test_left_to_the_data_popular_items_are_penalised_more_the_more_events_items_have(events, beta):
    met = training_of([[0, 1]] * events, 3)
    left = RP3beta().fit(met).weights_.matrix.toarray()
    assert np.allclose(left, RP3beta(beta=beta).fit(met).weights_.matrix.toarray(), rtol=0.01)
