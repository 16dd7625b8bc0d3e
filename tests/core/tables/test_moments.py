import numpy as np
import polars as pl
import pytest

from palate.errors import DataError
from palate.tables.moments import moment, moments

DAY = 86_400


def test_dates_texts_and_numbers_are_seconds_and_what_is_empty_is_nan():
    texts = moments(pl.Series(["1970-01-02", " 1970-01-03 06:00:00", "", None]), "here")
    assert np.array_equal(texts, [DAY, 2.25 * DAY, np.nan, np.nan], equal_nan=True)
    assert moments(pl.Series(["1970-01-05"]).str.to_date(), "here").tolist() == [4 * DAY]
    assert moments(pl.Series([1_700_000_000_000, 1_700_000_000_500]), "here").tolist() == [1_700_000_000] * 2
    assert moments(pl.Series([3]), "here", "days").tolist() == [3 * DAY]
    assert moment("1970-01-02", "here") == DAY


def test_what_is_no_time_is_named_with_its_place():
    with pytest.raises(DataError, match="here: 1 values are no times, such as 'soon'"):
        moments(pl.Series(["1970-01-02", "1970-01-03", "soon"]), "here")
    with pytest.raises(DataError, match="here holds no time that palate knows, such as 'soon'"):
        moment("soon", "here")
