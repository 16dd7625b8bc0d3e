import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate.testing import tuning_of
from palate_fusion.normalisation import METHODS
from palate_fusion.tuning import search, spread
from palate_fusion.weighted import Weighted

PEOPLE, ITEMS = 60, 50


def everybody():
    return Query(np.arange(PEOPLE, dtype=np.int32), History.from_lists([[]] * PEOPLE, ITEMS))


def right_at_the_top(answer):
    """The share of users whose highest score is the item that is right for them."""
    return lambda fused: float(np.mean(np.nanargmax(fused, axis=1) == answer))


def ones(*names):
    return dict.fromkeys(names, 1.0)


@pytest.mark.parametrize("normalize", METHODS)
def test_noise_beside_a_branch_that_knows_the_answer_gets_weight_zero(normalize):
    rng = np.random.default_rng(0)
    answer = rng.integers(0, ITEMS, PEOPLE)
    knows = rng.normal(size=(PEOPLE, ITEMS)).astype(np.float32)
    knows[np.arange(PEOPLE), answer] = knows.max() + 0.01
    scores = {"noise": 1000 * rng.normal(size=(PEOPLE, ITEMS)).astype(np.float32), "knows": knows}
    fuser = Weighted(normalize=normalize, weights="tune").tune(
        tuning_of(scores, everybody(), right_at_the_top(answer))
    )
    assert fuser.weights_ == {"noise": 0.0, "knows": 1.0}
    assert right_at_the_top(answer)(fuser.fuse(scores, everybody())) == 1.0


@pytest.mark.parametrize("normalize", METHODS)
def test_two_branches_that_each_know_half_are_better_together_than_either_alone(normalize):
    rng = np.random.default_rng(1)
    answer = rng.integers(0, ITEMS, PEOPLE)
    signal = np.zeros((PEOPLE, ITEMS))
    signal[np.arange(PEOPLE), answer] = 2.0
    scores = {
        "small": (signal + rng.normal(size=signal.shape)).astype(np.float32),
        "large": (700 * (signal + rng.normal(size=signal.shape))).astype(np.float32),
    }
    judge = right_at_the_top(answer)
    fuser = Weighted(normalize=normalize, weights="tune").tune(tuning_of(scores, everybody(), judge))
    together = judge(fuser.fuse(scores, everybody()))
    alone = max(judge(rows) for rows in scores.values())
    assert together > alone + 0.1
    assert min(fuser.weights_.values()) > 0
    assert max(fuser.weights_.values()) >= 1.0


def test_it_finds_the_peak_of_a_smooth_objective_between_the_points_of_the_grid():
    peak = {"a": 1.0, "b": 0.55, "c": 0.27}
    found = search(ones("a", "b", "c"), lambda at: -sum((at[n] - peak[n]) ** 2 for n in peak), 40)
    assert found["a"] == 1.0
    assert found == pytest.approx(peak, abs=0.04)


def test_the_strongest_branch_has_the_weight_one_wherever_it_stands():
    found = search(ones("a", "b"), lambda at: 2 * min(at["b"], 1) - abs(at["a"] - 0.4), 40)
    assert found["b"] == 1.0
    assert found["a"] == pytest.approx(0.4, abs=0.02)


def test_a_branch_that_helps_alone_and_hurts_beside_another_is_dropped():
    # b is worth .9 alone; beside a (1.0) and c (.5 more) it only takes away.
    found = search(
        ones("a", "b", "c"), lambda at: at["a"] + 0.5 * (at["c"] > 0) + 0.9 * at["b"] * (1 - 2 * at["a"]), 40
    )
    assert found["b"] == 0.0
    assert found["c"] > 0.0


@pytest.mark.parametrize("branches", [1, 2, 5, 12, 60])
@pytest.mark.parametrize("trials", [1, 7, 40])
def test_it_is_never_worse_than_the_best_branch_alone_and_keeps_to_its_trials(branches, trials):
    rng = np.random.default_rng(branches * 100 + trials)
    names = [f"b{i}" for i in range(branches)]
    told = []

    def judge(at):
        told.append((tuple(at.values()), float(rng.random())))
        return told[-1][1]

    found = search(ones(*names), judge, trials)
    assert len(told) <= trials + branches
    assert len({at for at, _ in told}) == len(told)
    assert dict(told)[tuple(found.values())] == max(value for _, value in told)
    assert max(value for _, value in told[:branches]) <= dict(told)[tuple(found.values())]


def test_it_finds_the_same_weights_every_time():
    def judge(at):
        return float(np.sin(7 * at["a"]) + np.cos(5 * at["b"]) * at["c"])

    units = {"a": 1.0, "b": 0.1, "c": 3.0}
    assert search(units, judge, 30) == search(units, judge, 30)


def test_weights_are_given_back_in_the_scale_of_the_scores():
    # In units of their spread, the best is one of a to half of b.
    found = search({"a": 1.0, "b": 0.001}, lambda at: -abs(at["a"] - 1) - abs(at["b"] / 0.001 - 0.5), 40)
    assert found["a"] == 1.0
    assert found["b"] == pytest.approx(0.0005, rel=0.06)


def test_an_objective_that_is_nan_is_an_error():
    with pytest.raises(ComponentError, match="objective is NaN on the validation part"):
        search(ones("a", "b"), lambda at: float("nan"), 40)


def test_the_spread_is_about_each_users_own_mean():
    scores = np.array([[1, 3, np.nan], [104, 100, np.nan]], np.float32)
    assert spread(scores) == pytest.approx(np.sqrt((1 + 1 + 4 + 4) / 4))
    assert spread(np.full((2, 2), np.nan, np.float32)) == 1.0
    assert spread(np.full((2, 2), 5, np.float32)) == 1.0


def test_the_objective_may_overwrite_what_it_is_given():
    rng = np.random.default_rng(4)
    scores = {name: rng.normal(size=(PEOPLE, ITEMS)).astype(np.float32) for name in ("a", "b")}

    def careful(fused):
        return float(fused[:, 0].mean() - fused[:, 1].mean())

    def careless(fused):
        value = careful(fused)
        fused[:] = -np.inf
        return value

    one = Weighted(weights="tune").tune(tuning_of(scores, everybody(), careful))
    other = Weighted(weights="tune").tune(tuning_of(scores, everybody(), careless))
    assert one.weights_ == other.weights_
