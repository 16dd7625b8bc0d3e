"""Weights that are steadier than the best that were tried, and never under the best branch."""

import numpy as np
import pytest

from palate import History, Query
from palate.testing import tuning_of
from palate_fusion.steadying import equally_good, mixed, steadied
from palate_fusion.switch import Switch
from palate_fusion.weighted import Weighted

USERS, ITEMS = 200, 40


def rng():
    return np.random.default_rng(0)


def everybody(users=USERS):
    return Query(np.arange(users, dtype=np.int32), History.from_lists([[]] * users, ITEMS))


def signals(seed, strengths, users=USERS):
    """Noisy scores of branches that know each user's relevant item to some degree, and the item."""
    made = np.random.default_rng(seed)
    answer = made.integers(0, ITEMS, users)
    scores = {}
    for name, strength in strengths.items():
        scores[name] = made.normal(size=(users, ITEMS)).astype(np.float32)
        scores[name][np.arange(users), answer] += strength
    return scores, answer


def found(answer):
    """Whether each user's relevant item has the highest score."""
    return lambda fused: (np.nanargmax(fused, axis=1) == answer).astype(float)


def tuned(seed, strengths, caution=1.5, users=USERS):
    scores, answer = signals(seed, strengths, users)
    fuser = Weighted(weights="tune", caution=caution)
    fuser.tune(tuning_of(scores, everybody(users), found(answer)))
    return fuser, scores, answer


def value(weights, scores, answer):
    return found(answer)(Weighted(weights=weights).fuse(scores, everybody(len(answer)))).mean()


def test_branches_within_so_many_standard_errors_of_the_best_count_as_good():
    chance = np.where(np.arange(100) % 2, 1.0, -1.0)  # the gap's standard error is that of 2·chance: 0.201
    alone = {"far": np.full(100, -1.0) + chance, "near": -0.15 - chance, "best": chance}
    assert equally_good(alone, 1.0) == ("best", "near")
    assert equally_good(alone, 0.5) == ("best",)


@pytest.mark.parametrize("seed", range(12))
def test_the_result_is_never_under_the_best_branch_where_it_was_tuned(seed):
    fuser, scores, answer = tuned(seed, {"a": 1.5, "b": 1.4, "c": 1.0, "noise": 0.0}, users=60)
    alone = [found(answer)(block).mean() for block in scores.values()]
    assert value(fuser.weights_, scores, answer) >= max(alone)


def test_a_branch_that_is_best_by_luck_shares_its_weight_with_those_that_are_as_good():
    # Three branches that know equally much: one is best on these users, none is on others.
    strengths = {"a": 1.6, "b": 1.6, "c": 1.6}
    for seed in range(8):
        fuser = tuned(seed, strengths, users=80)[0]
        assert min(fuser.weights_.values()) >= 0.2
        others, answer = signals(1000 + seed, strengths, 2000)
        best = max(found(answer)(block).mean() for block in others.values())
        assert value(fuser.weights_, others, answer) > best + 0.05


def test_the_weights_are_better_on_other_users_than_the_best_that_were_tried():
    for strengths in ({"a": 1.6, "b": 1.4, "c": 1.3}, {"a": 1.8, "b": 1.2, "noise": 0.0}):
        gains = []
        for seed in range(10):
            others, answer = signals(1000 + seed, strengths, 2000)
            steady, raw = (tuned(seed, strengths, caution, users=80)[0].weights_ for caution in (1.5, 0.0))
            gains.append(value(steady, others, answer) - value(raw, others, answer))
        assert np.mean(gains) > 0


def test_where_nothing_mixed_reaches_the_lucky_branch_it_stays_alone():
    def values(weights):  # any mixture is worth less, for every user
        return np.full(USERS, 1.0 if weights["a"] == 1 else 0.9) + np.zeros(USERS)

    tried = [{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}, {"a": 0.5, "b": 0.5}]
    result = steadied(tried, values, 1.0, rng())
    assert result.weights == {"a": 1.0, "b": 0.0}


def test_it_goes_back_to_the_best_tried_as_far_as_the_best_branch_asks():
    # The value falls with the distance from 0.8 of a; half of the users like it so, half do not care. All
    # resamples choose 0.8, and a alone counts as good, so the steady weights are 0.7 x 0.8 + 0.3 x 1 = 0.86.
    def values(weights):
        return np.where(np.arange(USERS) % 2, 1.2 - abs(weights["a"] - 0.8), 1.0)

    tried = [{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}, {"a": 0.8, "b": 0.2}]
    assert steadied(tried, values, 20.0, rng()).weights == pytest.approx({"a": 0.86 - 0.15, "b": 0.14 + 0.15})
    # Every user loses as much at 0.86, so it is sure to be worse than the best that was tried.
    assert steadied(
        tried, lambda weights: 1.2 - np.full(USERS, abs(weights["a"] - 0.8)), 1.0, rng()
    ).weights == (pytest.approx({"a": 0.8, "b": 0.2}))


def test_noise_beside_good_branches_is_left_out_and_it_is_said():
    fuser, _, _ = tuned(3, {"a": 2.0, "b": 1.9, "noise": 0.0})
    assert fuser.weights_["noise"] == 0
    assert min(fuser.weights_["a"], fuser.weights_["b"]) > 0
    said = fuser.remarks()["said"]
    assert [line.split(":")[0] for line in said] == ["branch 'noise' has no weight"]


def test_a_branch_with_fewer_than_half_of_the_resamples_is_left_out():
    chance = np.where(np.arange(USERS) % 2, 1.0, -1.0)

    def values(weights):  # a little b adds or takes away, by chance: -0.02 x its weight in the mean
        return weights["a"] + weights["b"] * (0.98 + 0.5 * chance) - 0.5 * (weights["b"] == 1)

    result = steadied([{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}, {"a": 0.8, "b": 0.2}], values, 1.0, rng())
    assert result.weights == {"a": 1.0, "b": 0.0}
    assert 0 < result.parts["b"]["share"] < 0.5
    assert result.equal == ("a",)


def test_the_same_data_give_the_same_weights():
    assert tuned(5, {"a": 1.5, "b": 1.2})[0].weights_ == tuned(5, {"a": 1.5, "b": 1.2})[0].weights_


def test_without_caution_the_weights_are_those_that_were_found():
    scores, answer = signals(7, {"a": 1.5, "b": 1.2, "noise": 0.0})
    fuser = Switch(weights="tune", caution=0.0)
    fuser.tune(tuning_of(scores, everybody(), found(answer)))
    assert fuser.equal_ == []
    assert max(fuser.weights_.values()) >= 1.0
    steady = Switch(weights="tune").tune(tuning_of(scores, everybody(), found(answer)))
    assert steady.weights_ != fuser.weights_
    assert value(fuser.weights_, scores, answer) >= value(steady.weights_, scores, answer)


def test_mixing_goes_a_share_of_the_way():
    assert mixed({"a": 1.0, "b": 0.0}, {"a": 0.5, "b": 0.5}, 0.3) == pytest.approx({"a": 0.85, "b": 0.15})
