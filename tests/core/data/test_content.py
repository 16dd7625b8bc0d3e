"""The checksum of what is in a dataset."""

import polars as pl

from palate.data import Dataset
from palate.data.content import content_digest

EVENTS = pl.DataFrame(
    {"user": ["a", "b", "a"], "item": [1, 2, 3], "rating": [1.0, 2.0, None], "time": [3, 2, 1]}
)
ITEMS = pl.DataFrame({"id": [1, 2, 3], "title": ["x", None, "yz"], "tags": [["q"], [], None]})


def digest(events=EVENTS, items=ITEMS):
    return content_digest(Dataset.from_frames(events, items))


def test_neither_order_nor_width_of_numbers_counts():
    narrow = EVENTS.reverse().with_columns(pl.col("item").cast(pl.Int16), pl.col("time").cast(pl.Int32))
    assert digest(narrow, ITEMS.reverse().select("tags", "title", pl.col("id").cast(pl.UInt8))) == digest()


def test_every_value_counts():
    others = [
        digest(EVENTS.with_columns(pl.lit(4).alias("time"))),
        digest(EVENTS.with_columns(pl.col("rating").fill_null(0))),
        digest(EVENTS.drop("rating")),
        digest(EVENTS.rename({"rating": "label"})),
        digest(EVENTS.with_columns(user=pl.Series(["a", "b", "b"]))),
        digest(items=ITEMS.with_columns(title=pl.Series(["x", "", "yz"]))),
        digest(items=ITEMS.with_columns(title=pl.Series(["xy", None, "z"]))),
        digest(items=ITEMS.with_columns(tags=pl.Series([["q"], [], []]))),
        digest(items=ITEMS.with_columns(tags=pl.Series([[], ["q"], None]))),
        digest(items=None),
        digest(),
    ]
    assert len(set(others)) == len(others)


def test_it_is_known_for_a_small_dataset():
    assert digest() == "ec0097ec9dba2b6917151410d2fb5c40"
