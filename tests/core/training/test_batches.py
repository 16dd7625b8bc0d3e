"""Windows, batches and padding, computed by hand."""

from itertools import pairwise

import numpy as np
import pytest

from palate.data import History
from palate.training import batches_by_length, padded, windows


def stretches(lists, length, overlap=0.0):
    history = History.from_lists(lists, 100)
    found = windows(history, length, overlap=overlap)
    return [history.items[start:end].tolist() for start, end in zip(*found, strict=True)]


def test_a_short_history_is_one_window_and_one_of_a_single_event_none():
    assert stretches([[1, 2, 3], [4], [], [5, 6]], 3) == [[1, 2, 3], [5, 6]]


def test_a_long_history_is_cut_from_its_end_and_windows_share_one_event():
    assert stretches([[0, 1, 2, 3, 4, 5, 6]], 2) == [[4, 5, 6], [2, 3, 4], [0, 1, 2]]
    assert stretches([[0, 1, 2, 3, 4, 5]], 2) == [[3, 4, 5], [1, 2, 3], [0, 1]]


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_every_pair_of_neighbours_is_in_one_window(length):
    lists = [list(range(start, start + size)) for start, size in ((0, 9), (20, 2), (30, 8), (50, 1))]
    pairs = sorted(pair for found in stretches(lists, length) for pair in pairwise(found))
    assert pairs == sorted(pair for one in lists for pair in pairwise(one))


def test_windows_repeat_the_share_that_is_asked_for():
    assert stretches([range(9)], 4, 0.5) == [[4, 5, 6, 7, 8], [2, 3, 4, 5, 6], [0, 1, 2, 3, 4]]
    assert stretches([range(8)], 4, 0.5) == [[3, 4, 5, 6, 7], [1, 2, 3, 4, 5], [0, 1, 2, 3]]
    assert stretches([range(5)], 4, 0.5) == [[0, 1, 2, 3, 4]]
    assert stretches([range(5)], 2, 0.9) == [[2, 3, 4], [1, 2, 3], [0, 1, 2]]


def test_an_empty_history_has_no_windows():
    assert stretches([], 3) == stretches([[]], 3) == []


def test_batches_hold_every_row_once_and_rows_of_like_length_together():
    lengths = np.array([9, 1, 8, 2, 9, 1, 2, 8, 1])
    found = list(batches_by_length(lengths, 3, np.random.default_rng(0), spread=0.0))
    assert sorted(np.concatenate(found).tolist()) == list(range(9))
    assert sorted(tuple(sorted(lengths[rows].tolist())) for rows in found) == [
        (1, 1, 1),
        (2, 2, 8),
        (8, 9, 9),
    ]


def test_batches_differ_from_epoch_to_epoch_and_not_for_one_seed():
    def drawn(seed):
        rng = np.random.default_rng(seed)
        return [rows.tolist() for rows in batches_by_length(np.arange(1, 50), 4, rng)]

    assert drawn(1) == drawn(1) != drawn(2)


def test_padding_stands_behind_the_shorter_ones():
    items = np.array([5, 6, 7, 8], np.int32)
    found = padded(items, np.array([0, 3, 1]), np.array([3, 4, 1]), -1)
    assert found.tolist() == [[5, 6, 7], [8, -1, -1], [-1, -1, -1]]
    assert padded(items[:0], np.array([0]), np.array([0]), -1).shape == (1, 0)
