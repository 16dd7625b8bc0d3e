"""The numbering and ordering that every dataset goes through, against a plain sort of rows."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palate import Dataset
from palate.data.numbering import numbered
from palate.data.ordering import ordered

IDS = {
    "close together": st.integers(-5, 5),
    "far apart": st.sampled_from([-(2**62), -7, 0, 3, 2**40, 2**62]),
    "text": st.sampled_from(["", "a", "b", "é", "10", "9"]),
}


@pytest.mark.parametrize("sort", IDS)
@given(st.data())
def test_numbers_are_places_among_all_ids_in_ascending_order(sort, data):
    ids = data.draw(st.lists(IDS[sort], min_size=1, max_size=20))
    more = data.draw(st.lists(IDS[sort], max_size=5))
    kind = pl.String if sort == "text" else pl.Int64
    known, rows = numbered(pl.Series(ids, dtype=kind), pl.Series(more, dtype=kind))
    assert known.to_list() == sorted({*ids, *more})
    assert [sorted({*ids, *more})[row] for row in rows] == ids
    assert known.dtype == kind
    assert rows.dtype == pl.Int32


def test_the_smallest_integer_types_do_not_overflow():
    known, rows = numbered(pl.Series([127, -128, 127], dtype=pl.Int8))
    assert known.to_list() == [-128, 127]
    assert known.dtype == pl.Int8
    assert rows.to_list() == [1, 0, 1]


def test_unsigned_ids_of_64_bits_keep_their_value():
    known, rows = numbered(pl.Series([2**64 - 1, 2**63], dtype=pl.UInt64))
    assert known.to_list() == [2**63, 2**64 - 1]
    assert rows.to_list() == [1, 0]


@pytest.mark.parametrize("times", [st.integers(0, 3), st.sampled_from([-(2**62), 0, 2**62])])
@given(st.data())
def test_rows_come_by_user_time_item_rating_and_part(times, data):
    row = st.tuples(
        st.integers(0, 2), st.integers(0, 2), times, st.sampled_from([1.0, 2.0]), st.integers(0, 2)
    )
    rows = data.draw(st.lists(row, max_size=25))
    names = {"user": pl.Int32, "item": pl.Int32, "time": pl.Int64, "rating": pl.Float32, "part": pl.UInt8}
    found = ordered(pl.DataFrame(rows, schema=names, orient="row"))
    assert found.rows() == sorted(rows, key=lambda r: (r[0], r[2], r[1], r[3], r[4]))
    assert dict(found.schema) == names


def test_rows_in_order_are_given_back_as_they_are():
    frame = pl.DataFrame({"user": [0, 0, 1], "item": [1, 2, 0]}, schema={"user": pl.Int32, "item": pl.Int32})
    assert ordered(frame) is frame


def test_a_shuffled_source_makes_the_same_dataset():
    rng = np.random.default_rng(5)
    frame = pl.DataFrame(
        {
            "user": rng.integers(0, 9, 200),
            "item": rng.integers(0, 9, 200),
            "time": rng.integers(0, 5, 200),
            "rating": np.where(rng.random(200) < 0.2, np.nan, rng.integers(1, 6, 200)),
        }
    )
    mixed = frame.sample(fraction=1, shuffle=True, seed=2)
    assert Dataset.from_frames(mixed).interactions.equals(Dataset.from_frames(frame).interactions)
