import re

import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate_fusion.combmnz import CombMNZ

NAN = np.nan


def fuse(fuser, **scores):
    blocks = {name: np.array(rows, np.float32) for name, rows in scores.items()}
    n, items = next(iter(blocks.values())).shape
    return fuser.fuse(blocks, Query(np.full(n, -1, np.int32), History.from_lists([[]] * n, items)))


def test_the_sum_counts_once_for_each_branch_that_speaks_by_hand():
    # Min-max: a 1, .5, .25, 0 and b 0, 1, .5, .25. Of the two best each, a speaks for 0, 1 and b for 1, 2.
    found = fuse(CombMNZ(depth=2), a=[[8, 4, 2, 0]], b=[[0, 8, 4, 2]])
    np.testing.assert_allclose(found, [[1 * 1, 2 * 1.5, 1 * 0.5, 0]], rtol=1e-6)


def test_without_a_depth_every_opinion_counts_and_a_missing_one_does_not():
    found = fuse(CombMNZ(depth=None), a=[[4, 2, NAN, NAN]], b=[[0, 1, 2, NAN]])
    np.testing.assert_allclose(found, [[2 * 1, 2 * 0.5, 1 * 1, NAN]], rtol=1e-6)


def test_weights_scale_what_a_branch_says_and_nothing_is_no_voice():
    found = fuse(CombMNZ(depth=None, weights={"a": 2, "b": 1}), a=[[1, 0]], b=[[0, 1]])
    assert found.tolist() == [[4, 2]]
    found = fuse(CombMNZ(depth=None, weights={"a": 2, "b": 0}), a=[[1, 0]], b=[[0, 1]])
    assert found.tolist() == [[2, 0]]


def test_items_level_with_the_last_one_are_spoken_for_too():
    found = fuse(CombMNZ(depth=1), a=[[3, 3, 0]], b=[[0, 1, 0]])
    np.testing.assert_allclose(found, [[1, 4, 0]])


def test_a_user_that_no_branch_can_serve_gets_nothing():
    found = fuse(CombMNZ(), a=[[NAN, NAN], [1, 0]], b=[[NAN, NAN], [NAN, NAN]])
    np.testing.assert_array_equal(found, [[NAN, NAN], [1, 0]])


def test_weights_for_other_branches_are_an_error():
    said = "the branches are ['a'], the weights are for ['b']"
    with pytest.raises(ComponentError, match=re.escape(said)):
        CombMNZ(weights={"b": 1}).check_branches(["a"])
