import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate import History, Query
from palate.components.component import Component, flaws
from palate.errors import ComponentError
from palate_fusion import register_fusers
from palate_fusion.reciprocal_rank import ReciprocalRankFusion, votes

NAN = np.nan


def block(rows):
    return np.array(rows, np.float32)


def somebody(n):
    return Query(np.full(n, -1, np.int32), History.from_lists([[]] * n, 3))


def fuse(fuser, **scores):
    blocks = {name: block(rows) for name, rows in scores.items()}
    return fuser.fuse(blocks, somebody(len(next(iter(blocks.values())))))


def test_votes_are_added_by_hand():
    found = fuse(ReciprocalRankFusion(), a=[[9, 8, 7]], b=[[0.1, 0.3, 0.2]])
    expected = [[1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62]]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, block(expected), rtol=1e-6)


def test_weights_and_k_are_used():
    found = fuse(ReciprocalRankFusion(k=0, weights={"a": 2, "b": 1}), a=[[5, 4]], b=[[1, 2]])
    np.testing.assert_allclose(found, block([[2 + 1 / 2, 1 + 1]]), rtol=1e-6)


def test_only_the_top_of_each_branch_votes():
    found = fuse(ReciprocalRankFusion(k=1, depth=2), a=[[1, 4, 3, 2]])
    np.testing.assert_allclose(found, block([[0, 1 / 2, 1 / 3, 0]]), rtol=1e-6)


def test_equal_scores_have_equal_votes_also_where_the_depth_cuts_through_them():
    found = votes(block([[5, 7, 5, 5, 1]]), depth=2, k=0)
    np.testing.assert_allclose(found, block([[1 / 2, 1, 1 / 2, 1 / 2, 0]]), rtol=1e-6)
    found = votes(block([[5, 7, 7, 5, 1]]), depth=5, k=0)
    np.testing.assert_allclose(found, block([[1 / 3, 1, 1, 1 / 3, 1 / 5]]), rtol=1e-6)


def test_no_opinion_is_no_vote_and_takes_no_rank():
    found = fuse(ReciprocalRankFusion(k=0), a=[[NAN, 3, 5, NAN]], b=[[2, NAN, 1, NAN]])
    np.testing.assert_allclose(found, block([[1, 1 / 2, 1 + 1 / 2, NAN]]), rtol=1e-6)


def test_a_user_that_one_branch_cannot_serve_is_served_by_the_other_and_one_that_none_can_by_none():
    found = fuse(ReciprocalRankFusion(k=0), a=[[NAN, NAN]] * 2, b=[[5, 3], [NAN, NAN]])
    np.testing.assert_allclose(found, block([[1, 1 / 2], [NAN, NAN]]), rtol=1e-6)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.one_of(st.integers(0, 4), st.just(NAN)), min_size=6, max_size=6), min_size=1, max_size=4
    ),
    depth=st.integers(1, 6),
)
def test_votes_are_those_of_counting_what_is_higher_item_by_item(rows, depth):
    expected = np.full((len(rows), 6), np.nan)
    for person, row in enumerate(rows):
        for item, own in enumerate(row):
            if not np.isnan(own):
                higher = sum(other > own for other in row)
                expected[person, item] = 1 / (3 + higher + 1) if higher < depth else 0
    np.testing.assert_allclose(votes(block(rows), depth, 3), expected, rtol=1e-6)


@pytest.mark.parametrize("depth", [None, 5, 10_000])
def test_a_single_branch_keeps_its_order_down_to_the_depth(depth):
    scores = np.random.default_rng(2).permuted(np.tile(np.arange(40, dtype=np.float32), (6, 1)), axis=1)
    found = ReciprocalRankFusion(depth=depth).fuse({"only": scores}, somebody(6))
    top = min(depth or 40, 40)
    np.testing.assert_array_equal(
        np.argsort(-found, axis=1, kind="stable")[:, :top], np.argsort(-scores, axis=1)[:, :top]
    )
    assert (np.count_nonzero(found, axis=1) == top).all()


def test_a_users_scores_do_not_depend_on_the_others_in_the_query():
    rng = np.random.default_rng(3)
    scores = {name: rng.integers(0, 30, (40, 9001)).astype(np.float32) for name in "ab"}
    scores["b"][rng.random((40, 9001)) < 0.2] = np.nan
    fuser = ReciprocalRankFusion(depth=100, weights={"a": 0.3, "b": 1.7})
    together = fuser.fuse(scores, somebody(40))
    for start, stop in ((0, 1), (13, 14), (5, 33)):
        part = {name: rows[start:stop] for name, rows in scores.items()}
        np.testing.assert_array_equal(fuser.fuse(part, somebody(stop - start)), together[start:stop])


def test_the_scores_of_the_branches_stay_as_they_are():
    scores = {"a": block([[3, 1, NAN]]), "b": block([[1, 2, 3]])}
    copies = {name: rows.copy() for name, rows in scores.items()}
    ReciprocalRankFusion().fuse(scores, somebody(1))
    for name, rows in scores.items():
        np.testing.assert_array_equal(rows, copies[name])


def test_weights_for_other_branches_are_an_error_that_names_both_sets():
    with pytest.raises(ComponentError, match=r"branches are \['a', 'b'\], the weights are for \['a'\]"):
        ReciprocalRankFusion(weights={"a": 1}).check_branches(["b", "a"])
    ReciprocalRankFusion().check_branches(["b", "a"])


def test_it_is_registered_and_sound():
    assert ReciprocalRankFusion in register_fusers()
    component = Component("fuser", ReciprocalRankFusion, "fusion", "palate", "0")
    assert flaws(ReciprocalRankFusion, "fuser") == []
    assert component.make({"depth": None, "weights": {"a": 2}}).depth is None
    with pytest.raises(ComponentError, match="depth must be greater than 0"):
        component.make({"depth": 0})
