import numpy as np
import pytest

from palate import History
from palate.errors import DataError


def test_the_matrix_counts_a_repeated_meeting_once_and_leaves_the_history_alone():
    history = History.from_lists([[2, 0, 2], [1]], 3)
    assert history.matrix.toarray().tolist() == [[1, 0, 1], [0, 1, 0]]
    assert history.indptr.tolist() == [0, 3, 4]
    assert history.items.tolist() == [2, 0, 2, 1]
    assert history.popularity.tolist() == [1, 1, 1]


@pytest.mark.parametrize("lists", [[[2, 0, 2], [], [1]], [[2, 0], [], [1]]])
def test_different_items_are_those_of_the_matrix(lists):
    history = History.from_lists(lists, 3)
    items, counts = history.different
    assert counts.tolist() == [2, 0, 1]
    assert sorted(items[:2].tolist()) + items[2:].tolist() == [0, 2, 1]


def test_taking_people_keeps_order_and_gives_strangers_nothing():
    history = History(
        np.array([0, 2, 3]), np.array([4, 1, 0], np.int32), 5,
        np.array([3, 5, 1], np.float32), np.array([10, 20, 30]),
    )  # fmt: skip
    taken = history.take(np.array([1, -1, 0, 1]))
    assert taken.indptr.tolist() == [0, 1, 1, 3, 4]
    assert taken.items.tolist() == [0, 4, 1, 0]
    assert taken.ratings.tolist() == [1, 3, 5, 1]
    assert taken.times.tolist() == [30, 10, 20, 30]


def test_the_last_rating_counts_where_somebody_rated_twice():
    history = History(np.array([0, 3]), np.array([1, 0, 1], np.int32), 2, np.array([1, 2, 5], np.float32))
    assert history.rating_matrix.toarray().tolist() == [[2, 5]]


def test_row_numbers_outside_the_catalogue_are_refused():
    with pytest.raises(DataError, match="from 0 to 2; there are numbers from 0 to 3"):
        History.from_lists([[0, 3]], 3)


@pytest.mark.parametrize("items", [[4, 0, 4, 2], [3], []])
def test_the_matrix_of_one_user_is_the_row_it_is_among_others(items):
    alone, others = (History.from_lists(lists, 5).matrix for lists in ([items], [items, [1, 1]]))
    row = others[[0]]
    assert alone.toarray().tolist() == row.toarray().tolist()
    assert alone.indices.tolist() == row.indices.tolist()
    assert (alone.dtype, alone.indices.dtype, alone.indptr.dtype) == (np.float32, np.int32, np.int32)


@pytest.mark.parametrize("item", [-1, 5])
@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_an_item_beyond_the_catalogue_is_an_error(item, kind):
    with pytest.raises(DataError, match="from 0 to 4"):
        History(np.array([0, 2]), np.array([3, item], kind), 5)


def test_the_matrix_of_few_events_is_what_scipy_makes_of_them(monkeypatch):
    rng = np.random.default_rng(0)
    lists = [rng.integers(0, 9, many).tolist() for many in (5, 0, 30, 1, 0)]
    few = History.from_lists(lists, 9).matrix
    monkeypatch.setattr("palate.data.history.FEW", 0)
    many = History.from_lists(lists, 9).matrix
    for name in ("indptr", "indices", "data"):
        assert getattr(few, name).tobytes() == getattr(many, name).tobytes(), name
    assert few.has_canonical_format
    assert few.shape == many.shape == (5, 9)
