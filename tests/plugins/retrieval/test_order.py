import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from palate_retrieval.order import near_order


@pytest.mark.parametrize("n", [0, 1, 16, 17, 400])
def test_each_row_stands_there_once(n):
    vectors = np.random.default_rng(n).normal(size=(n, 8)).astype(np.float32)
    assert sorted(near_order(vectors).tolist()) == list(range(n))


def test_vectors_of_one_group_mostly_stand_together():
    rng = np.random.default_rng(3)
    group = rng.permutation(np.repeat(np.arange(8), 64))
    centres = 10 * rng.normal(size=(8, 12))
    vectors = (centres[group] + rng.normal(size=(512, 12))).astype(np.float32)
    found = group[near_order(vectors)]
    assert np.count_nonzero(found[1:] != found[:-1]) < 30, "7 at the least, and 448 of 511 by chance"


def test_vectors_that_are_all_alike_keep_their_order():
    assert near_order(np.ones((100, 4), np.float32)).tolist() == list(range(100))


def test_it_is_the_same_with_any_number_of_threads():
    vectors = np.random.default_rng(1).normal(size=(3000, 64)).astype(np.float32)
    with threadpool_limits(1):
        alone = near_order(vectors)
    with threadpool_limits(4):
        assert np.array_equal(near_order(vectors), alone)
