import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate_baselines.again import Again

DAY = 86_400


def history(times=True, strengths=None):
    when = np.array([0, 1, 3, 4]) * DAY if times else None
    return History(
        np.array([0, 3, 4, 4]), np.array([0, 1, 0, 2], np.int32), 3, times=when, strengths=strengths
    )


def asked(past):
    return Query(np.array([0, 1, -1], np.int32), past)


def test_each_event_counts_and_older_ones_less():
    assert Again().score(asked(history(False))).tolist() == [[2, 1, 0], [0, 0, 1], [0, 0, 0]]
    # days before the newest of the user: item 0 three and none, item 1 two
    assert Again(half_life=1).score(asked(history())).tolist() == [[1.125, 0.25, 0], [0, 0, 1], [0, 0, 0]]
    strong = history(strengths=np.array([4, 1, 1, 3], np.float32))
    assert Again(half_life=1).score(asked(strong)).tolist() == [[1.5, 0.25, 0], [0, 0, 3], [0, 0, 0]]


def test_a_half_life_needs_times():
    data = Training(history(False), Items(pl.DataFrame({"id": range(3)})), pl.DataFrame({"id": range(3)}))
    assert Again().fit(data) == Again()
    with pytest.raises(ComponentError, match="`half_life` needs the time of each interaction"):
        Again(half_life=1).fit(data)
