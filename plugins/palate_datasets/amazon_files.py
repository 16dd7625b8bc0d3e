"""Amazon's files: reviews and products as JSON lines, ratings as CSV."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from palate.errors import DataError
from palate.paths import literally
from palate_datasets.lines import first_line, read_lines
from palate_datasets.text_tables import has_columns, reading
from palate_datasets.values import number, plain, prose, texts, whole

NEW = {"user": "user_id", "rating": "rating", "time": "timestamp"}
OLD = {"user": "reviewerID", "item": "asin", "rating": "overall", "time": "unixReviewTime"}
ASIN = 10
_MILLISECONDS = 100_000_000_000
_FIELDS = ("parent_asin", "asin", "title", "brand", "store", "categories", "category", "description")
_MORE = ("features", "feature", "price")


def reviews(path: Path, item: str) -> pl.DataFrame:
    """`user`, `item`, `rating` and `time` of each review."""
    head = first_line(path)
    names = OLD if "reviewerID" in head else {"item": item, **NEW}
    if not all(name in head for name in names.values()):
        raise DataError(
            f"{path} holds no reviews of Amazon: a line of 2014 and 2018 has reviewerID, asin, overall and "
            "unixReviewTime, one of 2023 user_id, parent_asin, rating and timestamp"
        )
    frame = read_lines(path, list(names.values()), list(names.values()))
    return _typed(frame.rename({old: new for new, old in names.items()}))


def ratings(path: Path, item: str, release: str) -> pl.DataFrame:
    """The same from a table of ratings alone, with a header (2023) or without (2014 and 2018)."""
    head = first_line(path).strip().split(",")
    header = "user_id" in head
    with reading(path, "columns with commas"):
        frame = pl.read_csv(
            literally(path),
            has_header=header,
            infer_schema=False,
            quote_char=None,
            truncate_ragged_lines=True,
        )
    if header:
        name = item if item in head else "parent_asin"
        has_columns(path, head, ["user_id", name, "rating", "timestamp"])
        return _typed(frame.select(user="user_id", item=name, rating="rating", time="timestamp"))
    if frame.width != 4:
        raise DataError(
            f"{path} has {frame.width} columns; a table of ratings has user, item, rating and time"
        )
    first, second, rating, time = frame.columns
    if _item_first(frame, release):
        first, second = second, first
    return _typed(frame.select(user=first, item=second, rating=rating, time=time))


def products(path: Path) -> pl.DataFrame:
    """One row a product: `id`, and what is known of it under one name for all releases."""
    head = first_line(path)
    id_field = "parent_asin" if re.search(r"""["']parent_asin["']\s*:""", head) else "asin"
    frame = read_lines(path, [*_FIELDS, *_MORE], [id_field])
    found = frame.select(
        id=pl.col(id_field),
        title=pl.col("title").str.strip_chars(),
        brand=pl.coalesce("brand", "store").str.strip_chars(),
        categories=pl.coalesce(texts("categories"), texts("category")),
        description=prose("description"),
        features=pl.coalesce(texts("features"), texts("feature")),
        price=number("price"),
    ).with_columns(plain(frame["title"].str.strip_chars()).alias("title"))
    text = pl.col("title", "brand")
    found = found.with_columns(pl.when(text != "").then(text), plain(found["description"]))
    more = ("description", "features", "price")
    return found.drop([name for name in more if found[name].null_count() == found.height])


def texts_of(path: Path) -> list[str]:
    """The attributes whose text says what a product is, as its first line has them."""
    head = first_line(path)
    known = {"title": r"title", "brand": r"brand|store", "categories": r"categories|category"}
    return [name for name, names in known.items() if re.search(rf"""["']({names})["']\s*:""", head)]


def _item_first(frame: pl.DataFrame, release: str) -> bool:
    """Whether the first column is the item: in 2018, or where only its values have the length of an ASIN."""
    if release != "auto":
        return release == "2018"
    long = frame.select(pl.nth(0, 1).str.len_chars().eq(ASIN).all()).row(0)
    return bool(long[0] and not long[1])


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers as numbers; times of 2023, in milliseconds, as seconds."""
    found = frame.with_columns(number("rating"), whole("time"))
    bad = found["time"].is_null() | found["rating"].is_null()
    if bad.any():
        at = int(bad.arg_true()[0])
        raise DataError(
            f"{int(bad.sum()):,} of {frame.height:,} reviews have no rating or time that is a number; the "
            f"first is number {at + 1}: {frame.row(at)}"
        )
    late = pl.col("time") >= _MILLISECONDS
    return found.with_columns(pl.when(late).then(pl.col("time") // 1000).otherwise("time").alias("time"))
