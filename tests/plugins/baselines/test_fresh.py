import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate_baselines.fresh import Fresh

DAY = 86_400


def training(times=(10 * DAY, 9 * DAY)):
    items = pl.DataFrame({"id": range(4), "t": [10 * DAY, 8 * DAY, None, 12 * DAY]})
    past = History(np.array([0, 2]), np.array([0, 1], np.int32), 4, times=np.array(times) if times else None)
    return Training(past, Items(items), pl.DataFrame({"id": [0]}))


def test_a_score_halves_for_every_half_life_and_what_is_to_come_is_new():
    fitted = Fresh("t", half_life=2).fit(training())
    query = Query(np.array([0, -1], np.int32), History.from_lists([[0], []], 4))
    right = [[1, 0.5, np.nan, 1]] * 2
    assert np.array_equal(fitted.score(query), right, equal_nan=True)


def test_it_needs_the_attribute_and_times():
    with pytest.raises(ComponentError, match="the items have no attribute 'date'; they have 't'"):
        Fresh("date").fit(training())
    with pytest.raises(ComponentError, match="counts ages to the newest event, and the source has no times"):
        Fresh("t").fit(training(None))
