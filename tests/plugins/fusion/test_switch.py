import re
from dataclasses import replace

import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate.testing import training_of, tuning_of
from palate_fusion.calibration import matched
from palate_fusion.normalisation import z_score
from palate_fusion.switch import Switch

NAN = np.nan
LISTS = [[0, 1, 2], [0, 1], [0, 1, 2], [0]]  # item 0 was met by 4 users, 1 by 3, 2 by 2, 3 and 4 by nobody


def block(rows):
    return np.array(rows, np.float32)


def asking(counts, n_items=5):
    return Query(
        np.full(len(counts), -1, np.int32), History.from_lists([list(range(c)) for c in counts], n_items)
    )


def fuse(fuser, counts, **scores):
    return fuser.fit(training_of(LISTS, 5)).fuse(
        {n: block(rows) for n, rows in scores.items()}, asking(counts)
    )


A, B = [9, 5, 1, 5, 5], [1, 2, 3, 4, 5]


def test_a_user_with_few_events_is_served_with_the_weights_for_new_users():
    found = fuse(Switch(weights={"a": 1}, new_users={"b": 1}, events=2), [0, 1, 2, 5], a=[A] * 4, b=[B] * 4)
    np.testing.assert_array_equal(found[:2], z_score(block([B] * 2)))
    np.testing.assert_array_equal(found[2:], z_score(block([A] * 2)))


def test_without_weights_for_new_users_every_user_is_served_the_same():
    found = fuse(Switch(weights={"a": 1}), [0, 5], a=[A] * 2, b=[B] * 2)
    np.testing.assert_array_equal(found, z_score(block([A] * 2)))


def test_new_users_whom_their_branches_cannot_serve_are_served_like_others():
    fuser = Switch(weights={"a": 1}, new_users={"b": 1})
    found = fuse(fuser, [1, 1, 1], a=[A, A, [NAN] * 5], b=[B, [NAN] * 5, [NAN] * 5])
    np.testing.assert_array_equal(found[:2], z_score(block([B, A])))
    assert np.isnan(found[2]).all()


def test_new_items_are_scored_by_their_own_weights_on_the_scale_of_the_others_by_hand():
    # Items 3 and 4 are new. On the others `a` has mean 4, deviation √(8/3)·2 / 2 …: a = 6, 4, 2 and
    # b = 30, 20, 10, so b / 5 is a, and the new ones, 40 and 5 in b, are 8 and 1 in a.
    fuser = Switch(normalize="none", weights={"a": 1}, new_items={"b": 1})
    found = fuse(fuser, [3], a=[[6, 4, 2, 0, 0]], b=[[30, 20, 10, 40, 5]])
    np.testing.assert_allclose(found, [[6, 4, 2, 8, 1]], rtol=1e-6)


def test_new_is_what_fewer_users_have_than_the_threshold():
    for users, new in ((0, []), (1, [3, 4]), (3, [2, 3, 4]), (4, [1, 2, 3, 4])):
        fuser = Switch(new_items={"a": 1}, users=users).fit(training_of(LISTS, 5))
        assert np.flatnonzero(fuser.is_new_item(5)).tolist() == new


def test_a_new_item_without_a_score_of_its_own_keeps_the_usual_one():
    fuser = Switch(normalize="none", weights={"a": 1}, new_items={"b": 1})
    found = fuse(fuser, [3, 3], a=[[6, 4, 2, 1, 0]] * 2, b=[[3, 2, 1, NAN, 4], [5, 5, 5, 9, 9]])
    np.testing.assert_allclose(found[0], [6, 4, 2, 1, 8], rtol=1e-6)
    np.testing.assert_allclose(found[1], [6, 4, 2, 1, 0])  # equal scores tell nothing about a scale


def test_matched_scores_have_the_mean_and_variance_of_the_others_on_common_items():
    rng = np.random.default_rng(0)
    one, other = (rng.normal(m, s, (20, 50)).astype(np.float32) for m, s in ((3, 2), (-50, 9)))
    common = np.arange(50) < 40
    one[3, :10], other[4, 20:30] = NAN, NAN
    slope, shift = matched(one, other, common)
    both = np.isfinite(one) & np.isfinite(other) & common
    for row in range(20):
        there, mapped = one[row, both[row]], (slope * other + shift)[row, both[row]]
        assert (mapped.mean(), mapped.std()) == pytest.approx((there.mean(), there.std()), rel=1e-4)


def test_a_threshold_for_events_is_where_the_weights_for_new_users_stop_being_better():
    # Branch b puts the right item first for users with up to two events, branch a from three on.
    lengths = [1, 1, 2, 2, 3, 3, 5, 5, 10, 10]
    query = asking(lengths, 12)
    answer = np.full(10, 11)
    known = np.zeros((10, 12), np.float32)
    known[:, 11] = 1
    other = np.zeros((10, 12), np.float32)
    other[:, 0] = 1
    long = (np.array(lengths) > 2)[:, None]
    scores = {"a": np.where(long, known, other), "b": np.where(long, other, known)}
    tuning = tuning_of(scores, query, lambda fused: np.nanargmax(fused, axis=1) == answer)
    tuning = replace(tuning, shortened=np.ones(10, bool))
    fuser = Switch(weights={"a": 1}, new_users={"b": 1}, events="tune").tune(tuning)
    assert fuser.events_ == 3


def test_a_threshold_for_items_is_the_one_with_the_best_value():
    scores = {"a": block([[5, 4, 0, 0, 0]]), "b": block([[1, 2, 0, 9, 0]])}
    tuning = tuning_of(scores, asking([5]), lambda fused: float(fused[0, 3] - fused[0, 2]))
    tuning = replace(tuning, truth=replace(tuning.truth, popularity=np.array([30, 30, 30, 4, 0])))
    fuser = Switch(weights={"a": 1}, new_items={"b": 1}, users="tune").tune(tuning)
    assert fuser.users_ == 5


def test_weights_for_every_user_are_tuned_on_whole_histories_and_those_for_new_users_on_short_ones():
    query = asking([4, 4, 1, 1])
    right, wrong = [0, 0, 0, 0, 1], [1, 0, 0, 0, 0]
    scores = {"a": block([right, right, wrong, wrong]), "b": block([wrong, wrong, right, right])}

    def evaluate(fused, rows=None):
        return (np.nanargmax(fused, axis=1) == 4).astype(float)

    tuning = tuning_of(scores, query, None)
    tuning = replace(tuning, evaluate=evaluate, shortened=np.array([False, False, True, True]))
    fuser = Switch(weights="tune", new_users="tune").tune(tuning)
    assert fuser.weights_ == {"a": 1.0, "b": 0.0}
    assert fuser.new_users_ == {"a": 0.0, "b": 1.0}


def test_it_asks_for_short_histories_only_where_it_tunes_on_them():
    assert Switch(weights="tune").lengths() == ()
    assert Switch(new_users={"a": 1}).lengths() == ()
    assert Switch(new_users="tune").lengths() == Switch(new_users={"a": 1}, events="tune").lengths()
    assert Switch(new_users="tune").lengths()


def test_it_wants_tuning_for_anything_that_is_to_be_tuned_and_used():
    assert not Switch(new_users={"a": 1}, new_items={"a": 1}).wants_tuning()
    assert not Switch(events="tune", users="tune").wants_tuning()
    assert Switch(new_users={"a": 1}, events="tune").wants_tuning()
    assert Switch(new_items={"a": 1}, users="tune").wants_tuning()


def test_weights_of_a_branch_that_is_not_there_are_an_error():
    with pytest.raises(ComponentError, match=re.escape("the branches are ['a', 'b']")):
        Switch(new_users={"c": 1}).check_branches(["a", "b"])
    with pytest.raises(ComponentError, match="other than 0"):
        Switch(new_items={"a": 0}).check_branches(["a", "b"])
    Switch(weights={"a": 1}, new_users={"b": 1}).check_branches(["a", "b"])


def test_using_it_before_the_tuning_or_fitting_it_asks_for_is_an_error():
    with pytest.raises(ComponentError, match="`events: tune` and was not tuned"):
        fuse(Switch(new_users={"a": 1}, events="tune"), [1], a=[A], b=[B])
    with pytest.raises(ComponentError, match="has to be fitted"):
        Switch(new_items={"a": 1}).fuse({"a": block([A])}, asking([1]))
