"""How GroupLens wrote its files over the years, read into frames with raw ids.

Sources: the README of each archive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import polars as pl

from palate_movielens.archive import Archive

Read: TypeAlias = "Callable[[Archive], pl.DataFrame]"

FLAGS = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary"),
    *("Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller"),
    *("War", "Western"),
)
NO_GENRES = ("unknown", "(no genres listed)", "")
OCCUPATIONS = (
    *("other", "academic/educator", "artist", "clerical/admin", "college/grad student", "customer service"),
    *("doctor/health care", "executive/managerial", "farmer", "homemaker", "K-12 student", "lawyer"),
    *("programmer", "retired", "sales/marketing", "scientist", "self-employed", "technician/engineer"),
    *("tradesman/craftsman", "unemployed", "writer"),
)


@dataclass(frozen=True)
class Layout:
    """The files one size consists of, and how to read them."""

    files: tuple[str, ...]
    ratings: Read
    items: Read
    users: Callable[[Archive], pl.DataFrame | None]


def table(data: bytes, names: list[str], separator: str = "\t", encoding: str = "utf-8") -> pl.DataFrame:
    """A text file without header as a frame of text columns, of which the first are named.

    A separator of two characters is replaced by a tab first, since polars splits at one only.
    """
    if encoding != "utf-8":
        data = data.decode(encoding).encode()
    if len(separator) > 1:
        data, separator = data.replace(separator.encode(), b"\t"), "\t"
    frame = pl.read_csv(
        data,
        has_header=False,
        separator=separator,
        quote_char=None,
        infer_schema=False,
        truncate_ragged_lines=True,
    )
    return frame.rename(dict(zip(frame.columns, names, strict=False)))


def rating_table(data: bytes, separator: str) -> pl.DataFrame:
    """The ratings of a text file without header, typed while it is read."""
    if len(separator) > 1:
        data, separator = data.replace(separator.encode(), b"\t"), "\t"
    return pl.read_csv(data, has_header=False, separator=separator, quote_char=None, schema=_rating_types())


def described(items: pl.DataFrame, genres: pl.Expr) -> pl.DataFrame:
    """Items with `id`, `title`, `year` (the last four digits in brackets in the title) and `genres`."""
    title = pl.col("title").str.strip_chars()
    year = title.str.extract(r"^.*\((\d{4})\)", 1).cast(pl.Int16)
    known = genres.list.eval(pl.element().filter(~pl.element().is_in(NO_GENRES)))
    return items.select(
        pl.col("id").cast(pl.Int32), title.alias("title"), year.alias("year"), known.alias("genres")
    )


def _u_item(archive: Archive) -> pl.DataFrame:
    names = ["id", "title", "released", "video", "address", *FLAGS]
    frame = table(archive.read("u.item"), names, "|", "latin-1")
    flags = [pl.when(pl.col(flag) == "1").then(pl.lit(flag)) for flag in FLAGS]
    return described(frame, pl.concat_list(flags).list.drop_nulls())


def _u_user(archive: Archive) -> pl.DataFrame:
    frame = table(archive.read("u.user"), ["id", "age", "gender", "occupation", "zip_code"], "|")
    return frame.with_columns(pl.col("id").cast(pl.Int32), pl.col("age").cast(pl.Int16))


def _rating_types() -> dict[str, Any]:
    return {"user": pl.Int32, "item": pl.Int32, "rating": pl.Float32, "time": pl.Int64}


def _movies_dat(encoding: str) -> Read:
    def read(archive: Archive) -> pl.DataFrame:
        frame = table(archive.read("movies.dat"), ["id", "title", "genres"], "::", encoding)
        return described(frame, pl.col("genres").str.split("|"))

    return read


def _users_dat(archive: Archive) -> pl.DataFrame:
    frame = table(archive.read("users.dat"), ["id", "gender", "age", "occupation", "zip_code"], "::")
    codes = [str(code) for code in range(len(OCCUPATIONS))]
    return frame.select(
        pl.col("id").cast(pl.Int32),
        pl.col("age").cast(pl.Int16),
        "gender",
        pl.col("occupation").replace(codes, OCCUPATIONS),
        "zip_code",
    )


def _ratings_csv(archive: Archive) -> pl.DataFrame:
    types = {"userId": pl.Int32, "movieId": pl.Int32, "rating": pl.Float32, "timestamp": pl.Int64}
    frame = pl.read_csv(archive.read("ratings.csv"), schema_overrides=types, columns=list(types))
    return frame.select(pl.col(old).alias(new) for old, new in zip(types, _rating_types(), strict=True))


def _movies_csv(archive: Archive) -> pl.DataFrame:
    frame = pl.read_csv(archive.read("movies.csv"), infer_schema=False).rename({"movieId": "id"})
    return described(frame, pl.col("genres").str.split("|"))


def _nobody(_: Archive) -> None:
    """These sizes tell nothing of the users."""


_100K = Layout(
    ("u.data", "u.item", "u.user"),
    lambda archive: rating_table(archive.read("u.data"), "\t"),
    _u_item,
    _u_user,
)
_1M = Layout(
    ("ratings.dat", "movies.dat", "users.dat"),
    lambda archive: rating_table(archive.read("ratings.dat"), "::"),
    _movies_dat("latin-1"),
    _users_dat,
)
_10M = Layout(
    ("ratings.dat", "movies.dat"),
    lambda archive: rating_table(archive.read("ratings.dat"), "::"),
    _movies_dat("utf-8"),
    _nobody,
)
_CSV = Layout(("ratings.csv", "movies.csv"), _ratings_csv, _movies_csv, _nobody)

LAYOUTS = {
    "100k": _100K,
    "1m": _1M,
    "10m": _10M,
    **dict.fromkeys(("20m", "25m", "32m", "latest", "latest-small"), _CSV),
}
