import numpy as np
import pytest

from palate.data import History, Query
from palate.data.ageing import DAY, aged, check_times
from palate.errors import ComponentError

HISTORY = History(
    np.array([0, 3, 3, 6]), np.array([2, 0, 1, 1, 0, 1], np.int32), 3,
    times=DAY * np.array([0, 10, 20, 1, 5, 9]), strengths=np.array([1, 2, 3, 1, 1, 1], np.float32),
)  # fmt: skip


def test_an_event_counts_half_for_every_half_life_before_the_users_last():
    found = aged(HISTORY, 10.0).toarray()
    assert found == pytest.approx(np.array([[0.5, 1, 0.25], [0, 0, 0], [2**-0.4, 1, 0]]))


def test_it_has_the_entries_of_the_matrix_and_is_it_without_half_life_or_times():
    assert aged(HISTORY, 10.0).indices.tolist() == HISTORY.matrix.indices.tolist()
    assert aged(HISTORY, None) is HISTORY.matrix
    plain = History(HISTORY.indptr, HISTORY.items, 3)
    assert aged(plain, 10.0) is plain.matrix
    nothing = HISTORY.take(np.array([-1, 1]))
    assert aged(nothing, 10.0).shape == (2, 3)


def test_opinions_are_strengths_times_ages():
    query = Query(np.array([-1, -1, -1], np.int32), HISTORY)
    found = query.opinions(half_life=10.0).toarray()
    assert found[0] == pytest.approx([1.0, 3.0, 0.25])


def test_without_times_a_half_life_is_refused():
    check_times("x", HISTORY, 10.0)
    check_times("x", History(HISTORY.indptr, HISTORY.items, 3), None)
    with pytest.raises(ComponentError, match="ranker 'x': `half_life` needs the time of each interaction"):
        check_times("x", History(HISTORY.indptr, HISTORY.items, 3), 10.0)
