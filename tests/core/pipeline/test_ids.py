"""Ids as people give them."""

import numpy as np
import polars as pl
import pytest

from palate.errors import PalateError
from palate.pipeline.ids import row_of, rows_of, whole

NUMBERS = pl.Series([1, 3, 12])
TEXTS = pl.Series(["012", "12", "a", "é"])


@pytest.mark.parametrize(
    ("given", "row"), [(1, 0), ("3", 1), (12.0, 2), (np.int64(3), 1), (4, None), ("x", None), (10**30, None)]
)
def test_a_whole_number_is_found_however_it_is_given(given, row):
    assert row_of(NUMBERS, given) == row


@pytest.mark.parametrize(
    ("given", "row"), [("012", 0), (12, 1), ("a", 2), ("é", 3), ("", None), ("zz", None)]
)
def test_a_text_is_found_as_it_is_written(given, row):
    assert row_of(TEXTS, given) == row


@pytest.mark.parametrize("given", [3.7, float("nan"), float("inf"), None, True, np.bool_(True), [1], b"1"])
@pytest.mark.parametrize("ids", [NUMBERS, TEXTS, pl.Series([], dtype=pl.Int64)])
def test_what_is_no_id_is_refused(ids, given):
    with pytest.raises(PalateError, match="a user's id must be a whole number or text; got"):
        row_of(ids, given, "a user's id")


def test_several_are_found_at_once():
    assert rows_of(NUMBERS, [12, "zz", 1, 2]).tolist() == [2, -1, 0, -1]
    assert rows_of(NUMBERS, []).tolist() == []


@pytest.mark.parametrize("given", [-1, 0, True, 2.0, "5", None, float("nan")])
def test_what_is_no_count_is_refused(given):
    with pytest.raises(PalateError, match="k must be a whole number of at least 1; got"):
        whole(given, "k")


def test_a_count_may_come_from_numpy():
    assert whole(np.int32(4), "k") == 4
