"""What a score loses without an item, against scoring each history by itself."""

import numpy as np
import pytest

from palate.data import left_out as module
from palate.data.left_out import left_out
from palate.testing import asking

LISTS = [[0, 1, 2], [], [3], [1, 1, 4]]
ITEMS = np.array([3, 0, 2, 0], np.int32)
WORTH = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def square(query, items):
    """The square of what the items of the history are worth, and the number of the item."""
    return (query.history.matrix @ WORTH) ** 2 + items


@pytest.mark.parametrize("block", [1, 2, 512])
def test_a_part_is_what_the_score_loses_without_the_item(monkeypatch, block):
    monkeypatch.setattr(module, "BLOCK", block)
    found = left_out(asking(LISTS, 5), ITEMS, square)
    assert not found.exact
    assert found.past.tolist() == [
        49 - 36, 49 - 25, 49 - 9,  # of 1 + 2 + 4
        64 + 2 - 0,  # nothing is left of the history: the score without it counts as 0
        324 - 256, 324 - 4,  # both events with item 1 go together
    ]  # fmt: skip
    whole = square(asking(LISTS, 5), ITEMS)
    assert found.rest.tolist() == [whole[0] - 77, 0, 0, whole[3] - 388]


def test_of_a_sum_the_parts_are_its_terms():
    def summed(query, items):
        return query.history.matrix @ WORTH

    found = left_out(asking(LISTS, 5), ITEMS, summed)
    assert found.past.tolist() == [1, 2, 4, 8, 2, 16]
    assert not found.rest.any()


def test_no_more_histories_than_a_block_are_scored_at_once(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 2)
    sizes = []

    def counted(query, items):
        sizes.append(len(query))
        return np.zeros(len(query))

    left_out(asking([[0, 1, 2, 3, 4]], 5), ITEMS[:1], counted)
    assert sizes == [1, 2, 2, 1]
