"""Goodreads' books, with the names of their authors and their genres."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from palate_datasets.lines import read_lines
from palate_datasets.values import number, whole

SHELVES = 10
_WANTED = (
    "book_id", "title", "authors", "description", "popular_shelves", "publisher", "publication_year",
    "num_pages", "language_code", "average_rating",
)  # fmt: skip


def books(path: Path, authors: Path | None = None, genres: Path | None = None) -> pl.DataFrame:
    """One row a book; `authors` and `genres` are lists of text where their files are given."""
    frame = read_lines(path, _WANTED, ["book_id"])
    found = frame.select(
        id="book_id",
        title=_filled("title"),
        shelves=_members("popular_shelves", "name").list.head(SHELVES),
        description=_filled("description"),
        publisher=_filled("publisher"),
        year=whole("publication_year").cast(pl.Int32, strict=False),
        pages=whole("num_pages").cast(pl.Int32, strict=False),
        language=_filled("language_code"),
        average_rating=number("average_rating"),
    )
    if authors is not None:
        found = found.join(_authors(frame, authors), on="id", how="left", maintain_order="left")
    if genres is not None:
        found = found.join(_genres(genres), on="id", how="left", maintain_order="left")
    return found


def _filled(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def _members(column: str, key: str) -> pl.Expr:
    """The values of one key of each object in a JSON list."""
    pairs = pl.col(column).str.extract_all(rf'"{key}":\s*"(?:[^"\\]|\\.)*"')
    return pairs.list.eval(pl.element().str.replace(rf'^"{key}":\s*"', "").str.strip_suffix('"'))


def _authors(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    """`id` of each book and the names of its `authors`."""
    names = read_lines(path, ["author_id", "name"], ["author_id"]).drop_nulls()
    long = frame.select(id="book_id", author_id=_members("authors", "author_id")).explode("author_id")
    known = long.join(names, on="author_id", how="inner", maintain_order="left")
    return known.group_by("id", maintain_order=True).agg(authors=pl.col("name"))


def _genres(path: Path) -> pl.DataFrame:
    """`id` of each book and its `genres`, the keys of an object of counts, the largest first."""
    frame = read_lines(path, ["book_id", "genres"], ["book_id"])
    pairs = frame.select(id="book_id", pair=pl.col("genres").str.extract_all(r'"(?:[^"\\]|\\.)*":\s*\d+'))
    long = pairs.explode("pair").drop_nulls("pair").select(
        "id",
        genre=pl.col("pair").str.extract(r'^"(.*)":\s*\d+$'),
        count=pl.col("pair").str.extract(r"(\d+)$").cast(pl.Int64),
    )  # fmt: skip
    ordered = long.sort("count", descending=True, maintain_order=True)
    found = ordered.group_by("id", maintain_order=True).agg(genres=pl.col("genre"))
    return found.with_columns(pl.col("genres").list.eval(pl.element().str.split(", ").explode()))
