import re
from dataclasses import replace

import numpy as np
import pytest

from palate import History, Query
from palate.components.component import Component, flaws
from palate.data.few_scores import FewScores
from palate.errors import ComponentError
from palate.testing import tuning_of
from palate_fusion.normalisation import METHODS
from palate_fusion.weighted import Weighted

NAN = np.nan


def block(rows):
    return np.array(rows, np.float32)


def somebody(n):
    return Query(np.full(n, -1, np.int32), History.from_lists([[]] * n, 3))


def fuse(fuser, **scores):
    blocks = {name: block(rows) for name, rows in scores.items()}
    return fuser.fuse(blocks, somebody(len(next(iter(blocks.values())))))


def test_the_sum_of_weighted_scores_by_hand():
    # Min-max: a gives 1, .5, 0 and b gives 0, 1, .25.
    fuser = Weighted(normalize="min-max", weights={"a": 1, "b": 2})
    found = fuse(fuser, a=[[4, 2, 0]], b=[[1, 5, 2]])
    assert found.dtype == np.float32
    assert found.tolist() == [[1.0, 2.5, 0.5]]
    assert fuser.weights_ == {"a": 1.0, "b": 2.0}


def test_z_scores_are_the_default_and_put_unlike_scales_on_an_equal_footing():
    fuser = Weighted()
    found = fuse(fuser, a=[[1, -1]], b=[[1000, 3000]])
    assert found.tolist() == [[0.0, 0.0]]
    assert fuser.weights_ == {"a": 1.0, "b": 1.0}


def test_a_missing_opinion_is_average_and_an_item_without_any_stays_nan():
    found = fuse(Weighted(), a=[[3, 1, NAN, NAN]], b=[[NAN, 2, 6, NAN]])
    np.testing.assert_allclose(found, block([[1, -2, 1, NAN]]), atol=1e-6)


def test_a_user_that_one_branch_cannot_serve_is_served_by_the_other_and_one_that_none_can_by_none():
    found = fuse(Weighted(), a=[[NAN, NAN], [NAN, NAN]], b=[[5, 3], [NAN, NAN]])
    np.testing.assert_allclose(found, block([[1, -1], [NAN, NAN]]), atol=1e-6)


def test_a_branch_of_weight_zero_counts_as_if_it_were_not_there():
    found = fuse(Weighted(weights={"a": 1, "b": 0}), a=[[3, 1], [NAN, NAN]], b=[[1, 9], [1, 9]])
    np.testing.assert_allclose(found, block([[1, -1], [NAN, NAN]]), atol=1e-6)


@pytest.mark.parametrize("normalize", METHODS)
def test_a_single_branch_keeps_its_order(normalize):
    scores = np.random.default_rng(2).normal(size=(5, 40)).astype(np.float32)
    found = Weighted(normalize=normalize).fuse({"only": scores}, somebody(5))
    np.testing.assert_array_equal(np.argsort(found, axis=1), np.argsort(scores, axis=1))


@pytest.mark.parametrize("items", [37, 9001])
@pytest.mark.parametrize("normalize", METHODS)
def test_a_users_scores_do_not_depend_on_the_others_in_the_query(normalize, items):
    rng = np.random.default_rng(3)
    scores = {name: rng.normal(9, 5, (70, items)).astype(np.float32) for name in ("a", "b", "c")}
    scores["b"][rng.random((70, items)) < 0.2] = np.nan
    scores["c"][::7] = np.nan
    fuser = Weighted(normalize=normalize, weights={"a": 0.3, "b": 1.7, "c": 0.9})
    together = fuser.fuse(scores, somebody(70))
    for start, stop in ((0, 1), (13, 14), (5, 40), (69, 70)):
        part = {name: rows[start:stop] for name, rows in scores.items()}
        np.testing.assert_array_equal(fuser.fuse(part, somebody(stop - start)), together[start:stop])


def test_the_scores_of_the_branches_stay_as_they_are():
    scores = {"a": block([[3, 1, NAN]]), "b": block([[1, 2, 3]])}
    copies = {name: rows.copy() for name, rows in scores.items()}
    Weighted().fuse(scores, somebody(1))
    Weighted(weights="tune").tune(tuning_of(scores, somebody(1), lambda fused: float(np.nanmax(fused))))
    for name, rows in scores.items():
        np.testing.assert_array_equal(rows, copies[name])


@pytest.mark.parametrize("weights", [{"a": 1.0}, {"a": 1.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "B": 2.0}])
def test_weights_for_other_branches_are_an_error_that_names_both_sets(weights):
    said = f"the branches are ['a', 'b'], the weights are for {sorted(weights)}"
    with pytest.raises(ComponentError, match=re.escape(said)):
        Weighted(weights=weights).check_branches(["b", "a"])
    with pytest.raises(ComponentError, match="one weight for each branch"):
        fuse(Weighted(weights=weights), a=[[1, 2]], b=[[1, 2]])


@pytest.mark.parametrize("weights", [{"a": 0.0, "b": 0.0}, {"a": 1.0, "b": float("inf")}])
def test_weights_that_cannot_order_anything_are_an_error(weights):
    with pytest.raises(ComponentError, match=r"other than 0|must be finite"):
        Weighted(weights=weights).check_branches(["a", "b"])


def test_weights_that_fit_or_are_not_given_are_no_error():
    Weighted(weights={"a": 1, "b": -0.5}).check_branches(["b", "a"])
    Weighted(weights="equal").check_branches(["b"])
    Weighted(weights="tune").check_branches(["b"])


def test_blocks_of_unlike_shape_and_no_blocks_are_errors():
    with pytest.raises(ComponentError, match=r"'a': \(1, 2\), 'b': \(1, 3\)"):
        fuse(Weighted(), a=[[1, 2]], b=[[1, 2, 3]])
    with pytest.raises(ComponentError, match="got none"):
        Weighted().fuse({}, somebody(1))


def test_fusing_before_the_tuning_that_was_asked_for_is_an_error():
    with pytest.raises(ComponentError, match="was not tuned: that needs a split with a validation part"):
        fuse(Weighted(weights="tune"), a=[[1, 2]])


def test_it_is_a_sound_component_whose_options_are_checked():
    component = Component("fuser", Weighted, "fusion", "palate", "0")
    assert flaws(Weighted, "fuser") == []
    assert component.make({"weights": {"a": 1, "b": 0.5}}).weights == {"a": 1.0, "b": 0.5}
    assert component.make({"weights": "tune"}).wants_tuning()
    assert not component.make().wants_tuning()
    with pytest.raises(ComponentError, match="normalize must be 'z-score'"):
        component.make({"normalize": "zscore"})
    with pytest.raises(ComponentError, match="weights"):
        component.make({"weights": "tuned"})


def test_few_scores_are_added_up_as_whole_rows_are(monkeypatch):
    monkeypatch.setattr("palate.data.few_scores.WIDE", 1)
    rng, n_items = np.random.default_rng(0), 300
    query = Query(np.array([-1], np.int32), History.from_lists([[]], n_items))
    few = {}
    for name, many, rest in (("a", 30, 0.0), ("b", 20, NAN), ("c", 15, NAN), ("d", 3, 0.0)):
        items = rng.choice(60, many, replace=False).astype(np.int32)
        few[name] = FewScores(items, rng.random(many, np.float32), rest, n_items)
    few["b"].scores[:2] = NAN, np.inf
    for weights in ({"a": 1, "b": 0.3, "c": 2, "d": 1}, {"a": 0, "b": 1, "c": 1, "d": 0}):
        fuser = Weighted(weights=weights)
        found = fuser.fuse_few(few, query)
        right = fuser.fuse({name: each.whole() for name, each in few.items()}, query)
        assert len(np.unique(found.items)) == len(found.items)
        assert found.whole().tobytes() == right.tobytes()


@pytest.mark.parametrize("nan_in", ["neither", "linear", "found", "both"])
@pytest.mark.parametrize("rest", [0.0, NAN])
def test_what_an_index_found_is_added_to_the_scores_of_many_others(monkeypatch, nan_in, rest):
    monkeypatch.setattr("palate.data.few_scores.WIDE", 1)
    rng, n_items = np.random.default_rng(1), 400
    query = Query(np.array([-1], np.int32), History.from_lists([[]], n_items))
    few = {
        name: FewScores(
            rng.choice(80, many, replace=False).astype(np.int32),
            rng.normal(size=many).astype("f4"),
            last,
            n_items,
        )
        for name, many, last in (("linear", 40, 0.0), ("found", 20, rest))
    }
    for name in few if nan_in == "both" else [nan_in]:
        if name in few:
            few[name].scores[3] = NAN
    fuser = Weighted(weights={"linear": 1.0, "found": -0.3})
    right = fuser.fuse({name: each.whole() for name, each in few.items()}, query)
    assert fuser.fuse_few(few, query).whole().tobytes() == right.tobytes()


def test_few_scores_are_not_fused_where_whole_rows_would_be_fused_otherwise(monkeypatch):
    query = Query(np.array([-1], np.int32), History.from_lists([[]], 9))
    few = {"a": FewScores(np.array([1], np.int32), np.ones(1, np.float32), 0.0, 9)}
    assert Weighted().fuse_few(few, query) is None, "a small catalogue"
    monkeypatch.setattr("palate.data.few_scores.WIDE", 1)
    assert Weighted().fuse_few(few, query) is not None
    assert Weighted(normalize="rank").fuse_few(few, query) is None
    assert Weighted().fuse_few({"a": replace(few["a"], rest=0.5)}, query) is None
