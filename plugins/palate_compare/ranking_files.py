"""Reading the rankings that other tools write."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from palate.errors import DataError, listed
from palate.paths import literally
from palate.tables import ROLES, Format, Table, matching, open_table
from palate.tables.table import reading

SCORES = ("score", "prediction", "pred", "predictedrating", "weight", "relevance", "rating", "value")
RANKS = ("rank", "position", "place", "pos")
_TREC = r"^\s*\S+\s+\S+\s+\S+\s+-?\d+\s+[-+0-9.eE]+\s+\S+\s*$"
_NUMBER = r"^\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*$"


def read_ranking(file: Path) -> pl.DataFrame:
    """A ranking as `user`, `item` and `order`, in which the lower is the better.

    Read are TREC run files (`user Q0 item rank score tag`, by score as trec_eval does), tables with
    a header such as RecTools and RecBole write (`user_id`, `item_id`, `score` or `rank`; by rank
    where there is one), tables without one as Elliot writes (user, item, score), and Parquet.
    Raises DataError for a file in which no user, item, and score or rank can be recognised.
    """
    if file.suffix.lower() not in (".parquet", ".pq") and _is_trec(file):
        return _trec(file)
    table = open_table(file)
    score: str | None
    rank: str | None
    user, item = matching(table.columns, ROLES["user"]), matching(table.columns, ROLES["item"])
    if user is None and item is None and _headless(table):
        table = open_table(file, Format(separator=table.dialect.separator, header=False))
        user, item, score = table.columns[:3]
        rank = None
    else:
        rest = [column for column in table.columns if column not in (user, item)]
        score, rank = matching(rest, SCORES), matching(rest, RANKS)
    if user is None or item is None or (score is None and rank is None):
        raise DataError(
            f"{file} must have a user, an item, and a score or a rank in each line; its columns are "
            f"{listed(table.columns, 12)}"
        )
    by = (
        pl.col(rank).cast(pl.Float64, strict=False)
        if rank
        else -pl.col(str(score)).cast(pl.Float64, strict=False)
    )
    frame = table.read().select(pl.col(user).alias("user"), pl.col(item).alias("item"), by.alias("order"))
    return _checked(frame, file)


def _trec(file: Path) -> pl.DataFrame:
    fields = pl.col("line").str.strip_chars().str.replace_all(r"\s+", " ").str.split_exact(" ", 5)
    frame = _lines(file).select(fields.alias("fields")).unnest("fields")
    rank, score = (
        pl.col("field_3").cast(pl.Float64, strict=False),
        pl.col("field_4").cast(pl.Float64, strict=False),
    )
    columns = [pl.col("field_0").alias("user"), pl.col("field_2").alias("item")]
    frame = frame.select(*columns, score=-score, rank=rank)
    place = frame.select(order=pl.struct("score", "rank").rank("min").cast(pl.Float64))
    return _checked(pl.concat([frame.select("user", "item"), place], how="horizontal"), file)


def _checked(frame: pl.DataFrame, file: Path) -> pl.DataFrame:
    incomplete = frame.filter(pl.any_horizontal(pl.all().is_null()) | pl.col("order").is_nan()).height
    if incomplete:
        raise DataError(
            f"{file}: {incomplete:,} of {frame.height:,} lines have no user, no item, or no number to rank by"
        )
    if frame.is_empty():
        raise DataError(f"{file} has no lines")
    return frame


def _is_trec(file: Path) -> bool:
    head = _lines(file, 20)["line"]
    return bool(len(head)) and bool(head.str.contains(_TREC).all())


def _headless(table: Table) -> bool:
    """Whether what should be names of columns is a line of data: three or more, the third a number."""
    names = pl.Series(table.columns)
    return len(names) >= 3 and bool(names.str.contains(_NUMBER)[2])


def _lines(file: Path, most: int | None = None) -> pl.DataFrame:
    with reading(file):
        frame = pl.read_csv(
            literally(file), separator="\x01", quote_char=None, has_header=False, infer_schema=False,
            new_columns=["line"], n_rows=most,
        )  # fmt: skip
    return frame.filter(pl.col("line").str.strip_chars() != "")
