import numpy as np
import pytest

from palate.components.component import Component
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, conforms, crowd, training_of
from palate_linear import slim as module
from palate_linear.slim import Slim

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]

TestSlim = conforms(Slim, l1=0.1, l2=1.0)


def loss(met, weights, l1, l2):
    return ((met - met @ weights) ** 2).sum() / 2 + l2 / 2 * (weights**2).sum() + l1 * np.abs(weights).sum()


def test_two_items_always_met_together_predict_each_other():
    # Two users: least (2·(1 - w)² + l2·w²) / 2 + l1·w, so w = (2 - l1) / (2 + l2) = 1.5 / 3.
    weights = Slim(l1=0.5, l2=1.0).fit(training_of([[0, 1], [0, 1]], 2)).weights_.matrix
    assert np.allclose(weights.toarray(), [[0, 0.5], [0.5, 0]], atol=1e-6)


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("block", [1, 7, 64])
def test_the_weights_are_those_of_plain_coordinate_descent_item_by_item(positive, block, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", block)
    training, _ = crowd()
    met = training.history.matrix.toarray().astype(float)
    l1, l2 = 0.3, 2.0
    right = np.zeros((20, 20))
    for target in range(20):
        weights = right[:, target]
        for _ in range(200):
            for item in range(20):
                if item == target:
                    continue
                rest = met[:, target] - met @ weights + met[:, item] * weights[item]
                slope = met[:, item] @ rest
                size = max((slope if positive else abs(slope)) - l1, 0) / (met[:, item].sum() + l2)
                weights[item] = size if positive or slope > 0 else -size
    got = Slim(l1=l1, l2=l2, positive=positive, tolerance=1e-7).fit(training).weights_.matrix.toarray()
    assert np.allclose(got, right, atol=1e-5)
    assert (got < 0).any() != positive


def test_no_small_change_of_the_weights_makes_the_loss_smaller():
    training, _ = crowd()
    met, rng = training.history.matrix.toarray().astype(float), np.random.default_rng(1)
    best = Slim(l1=0.3, l2=2.0, tolerance=1e-7).fit(training).weights_.matrix.toarray().astype(float)
    for _ in range(50):
        other = np.maximum(best + rng.normal(0, 0.01, best.shape) * (rng.random(best.shape) < 0.1), 0)
        np.fill_diagonal(other, 0)
        assert loss(met, other, 0.3, 2.0) >= loss(met, best, 0.3, 2.0) - 1e-9


def test_a_large_l1_leaves_fewer_weights():
    few, many = (Slim(l1=l1, l2=1.0).fit(crowd()[0]).weights_.matrix.nnz for l1 in (1.0, 0.01))
    assert 0 < few < many


def test_it_finds_the_item_that_each_user_is_missing():
    training, query, missing = checkerboard()
    scores = Slim(l1=0.1, l2=1.0).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


def test_a_cold_item_and_a_user_without_history_score_nothing():
    scores = Slim(l1=0.1, l2=1.0).fit(training_of(LISTS, 6)).score(asking([[0, 2], []], 6))
    assert scores[0, 5] == 0
    assert scores[0, 1] > 0
    assert not scores[1].any()


def test_it_tells_how_far_it_is_and_stops_when_nothing_moves():
    told = []
    training = training_of(LISTS, 4, progress=lambda done, total: told.append((done, total)))
    Slim(l1=0.1, l2=1.0, sweeps=200).fit(training)
    assert told[0] == (1, 200)
    assert 2 < len(told) < 100


def test_it_refuses_a_catalogue_that_would_not_fit_before_taking_the_memory():
    with pytest.raises(ComponentError, match=r"'slim' would take 7450\.6 GiB for 1,000,000 items"):
        Slim().fit(training_of([[0, 1]], 1_000_000))


@pytest.mark.parametrize("options", [{"l1": -1.0}, {"l2": 0}, {"sweeps": 0}, {"tolerance": 0}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", Slim, "linear", "palate", "0").check(options)
    assert list(problems) == list(options)
