import re

import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate_fusion.cascade import Cascade
from palate_fusion.fallback import followed

NAN = np.nan


def fuse(fuser, histories=None, **scores):
    blocks = {name: np.array(rows, np.float32) for name, rows in scores.items()}
    n, items = next(iter(blocks.values())).shape
    return fuser.fuse(
        blocks, Query(np.full(n, -1, np.int32), History.from_lists(histories or [[]] * n, items))
    )


def order(row):
    return [int(item) for item in np.argsort(-row, kind="stable") if not np.isnan(row[item])]


def test_the_best_of_one_branch_come_first_in_the_order_of_the_other_then_the_rest_as_proposed():
    found = fuse(Cascade("a", "b", candidates=3), a=[[5, 4, 3, 2, 1]], b=[[1, 3, 2, 9, 8]])
    assert order(found[0]) == [1, 2, 0, 3, 4]
    assert found[0, :3].tolist() == [1, 3, 2]


def test_what_a_user_has_met_takes_no_candidates_place():
    found = fuse(Cascade("a", "b", candidates=2), [[0]], a=[[5, 4, 3, 2]], b=[[0, 1, 2, 3]])
    assert [item for item in order(found[0]) if item != 0] == [2, 1, 3]


def test_candidates_the_second_branch_does_not_know_stand_behind_the_others_and_before_the_rest():
    found = fuse(Cascade("a", "b", candidates=3), a=[[5, 4, 3, 2, NAN]], b=[[NAN, 1, 2, 3, 4]])
    assert order(found[0]) == [2, 1, 0, 3]


def test_where_one_branch_cannot_serve_a_user_the_other_does_it_alone():
    fuser = Cascade("a", "b", candidates=1)
    assert order(fuse(fuser, a=[[NAN] * 3], b=[[1, 3, 2]])[0]) == [1, 2, 0]
    assert order(fuse(fuser, a=[[1, 3, 2]], b=[[NAN] * 3])[0]) == [1, 2, 0]
    assert np.isnan(fuse(fuser, a=[[NAN] * 3], b=[[NAN] * 3])).all()


@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e20])
def test_the_rest_is_below_whatever_the_scale(scale):
    first = np.array([[3 * scale, 2 * scale, NAN, NAN]], np.float32)
    found = followed(first, np.array([[0, 0, 7, 9]], np.float32))
    assert order(found[0]) == [0, 1, 3, 2]
    assert np.isfinite(found).all()


@pytest.mark.parametrize(("propose", "then"), [("a", "c"), ("c", "b"), ("a", "a")])
def test_branches_that_are_not_two_of_those_there_are_an_error(propose, then):
    said = f"the branches are ['a', 'b'], it has propose: {propose}, order: {then}"
    with pytest.raises(ComponentError, match=re.escape(said)):
        Cascade(propose, then).check_branches(["b", "a"])
