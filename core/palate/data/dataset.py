"""Interactions, items and users, with ids turned into row numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data.history import History
from palate.data.items import Items
from palate.data.numbering import numbered
from palate.data.ordering import ordered
from palate.data.strengths import Pairs
from palate.errors import DataError

PARTS = {"train": 0, "validation": 1, "test": 2, "given": 3, "unused": 4, "seen": 5}


@dataclass(frozen=True)
class Dataset:
    """What users did, and with what.

    `interactions` has `user` and `item` (int32 row numbers into `users` and `items`), and where
    the source knows them `rating` (float32), `time` (int64, seconds since 1970) and `part` (uint8,
    a split that came with the data, numbered as in `PARTS`). Rows are ordered by user, then time,
    then item, so that a user's events are together, oldest first, whatever order the source had.

    What an event says of its item is in `strength` (float32): above 0 a like, 0 seen only, below 0 a
    dislike; without the column every event is a like of strength 1. A feedback writes it, from the
    columns that the source knows: the rating, or any other column, such as `label` or `type`. `pairs`
    says what several events of one user with one item come to.

    `users` and `items.frame` have a column `id`, ascending, and any attributes.
    """

    interactions: pl.DataFrame
    items: Items
    users: pl.DataFrame
    pairs: Pairs = "sum"

    def __repr__(self) -> str:
        events, users, items = self.interactions.height, self.users.height, len(self.items)
        return f"Dataset({events:,} interactions, {users:,} users, {items:,} items)"

    @property
    def has_times(self) -> bool:
        return "time" in self.interactions.columns

    @property
    def has_ratings(self) -> bool:
        return "rating" in self.interactions.columns

    @property
    def has_strengths(self) -> bool:
        """Whether events are told apart into likes, dislikes and what was only seen."""
        return "strength" in self.interactions.columns

    @property
    def likes(self) -> NDArray[np.bool_]:
        """Boolean mask of the interactions that speak for their item: all, where nothing says otherwise."""
        if not self.has_strengths:
            return np.ones(self.interactions.height, bool)
        return self.interactions["strength"].to_numpy() > 0

    @classmethod
    def from_frames(
        cls, interactions: pl.DataFrame, items: pl.DataFrame | None = None, users: pl.DataFrame | None = None
    ) -> Dataset:
        """A dataset from frames with raw ids.

        `interactions` has `user` and `item` ids, and optionally `rating`, `time` (a date, a
        datetime, or seconds since 1970), `part` and `strength`; any other column is kept as it is, for a
        feedback to read. `items` and `users` have `id` and attributes. Items without interactions stay in
        the catalogue. Raises DataError for a missing column, an empty frame or an id that stands twice.
        """
        _require(interactions, ("user", "item"))
        if interactions.is_empty():
            raise DataError("the source has no interactions")
        known_users, user = _index(interactions["user"], users, "users")
        interactions = interactions.drop("user")
        known_items, item = _index(interactions["item"], items, "items")
        interactions = interactions.drop("item")
        columns = [user.alias("user"), item.alias("item"), *_measures(interactions)]
        return cls(ordered(pl.DataFrame(columns)), Items(known_items), known_users)

    def with_interactions(self, interactions: pl.DataFrame) -> Dataset:
        """The same users and items with other interactions (row numbers unchanged)."""
        return replace(self, interactions=ordered(interactions))

    def with_strengths(self, strengths: NDArray[np.floating], pairs: Pairs = "sum") -> Dataset:
        """The same events, each with how strongly it speaks for its item: above 0 a like, below a dislike.

        `strengths` float[interactions] beside the rows; NaN says nothing, as 0 does. What a cleaner has
        made `seen_only` stays so. Raises DataError for another length, or an infinite strength.
        """
        values = np.nan_to_num(np.asarray(strengths, np.float32), posinf=np.inf, neginf=-np.inf)
        if values.shape != (self.interactions.height,):
            raise DataError(
                f"an interaction has one strength, float32[{self.interactions.height}]; got {values.shape}"
            )
        if np.isinf(values).any():
            raise DataError("a strength must be finite; got an infinite one")
        if self.has_strengths:
            values = np.where(self.interactions["strength"].to_numpy() == 0, np.float32(0), values)
        column = pl.Series("strength", values)
        return replace(self, interactions=self.interactions.with_columns(column), pairs=pairs)

    def seen_only(self, rows: NDArray[np.bool_]) -> Dataset:
        """The same events, those of `rows` (a boolean mask) neither likes nor dislikes any more.

        A cleaner uses it for events that took place and say nothing, so that no user unsees an item.
        """
        if not rows.any():
            return self
        known = self.interactions["strength"].to_numpy() if self.has_strengths else np.float32(1)
        return self.with_strengths(np.where(rows, np.float32(0), known), self.pairs)

    def keep(self, users: NDArray[np.bool_] | None = None, items: NDArray[np.bool_] | None = None) -> Dataset:
        """Only these users and items (boolean masks over the rows); row numbers are dealt anew."""
        frame, kept_users, kept_items = self.interactions, self.users, self.items.frame
        if users is not None:
            frame, kept_users = _renumber(frame, "user", users), kept_users.filter(pl.Series(users))
        if items is not None:
            frame, kept_items = _renumber(frame, "item", items), kept_items.filter(pl.Series(items))
        return replace(self, interactions=frame, items=Items(kept_items), users=kept_users)

    def history(self, rows: NDArray[np.bool_] | None = None) -> History:
        """Every user's events, or only those of the given interaction rows (a boolean mask)."""
        frame = self.interactions if rows is None else self.interactions.filter(pl.Series(rows))
        return History.from_frame(frame, self.users.height, len(self.items), self.pairs)


def _require(frame: pl.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise DataError(f"interactions need the columns {missing}; there are {frame.columns}")


def _index(ids: pl.Series, table: pl.DataFrame | None, what: str) -> tuple[pl.DataFrame, pl.Series]:
    """The table of all ids, ascending, and the int32 row number of each of `ids` in it."""
    if ids.null_count():
        raise DataError(f"{ids.null_count()} interactions have no id for their {what[:-1]}")
    if table is not None:
        _check_ids(table, what)
        if not _same_type(table["id"].dtype, ids.dtype):
            ids = ids.cast(pl.String)
            table = table.with_columns(pl.col("id").cast(pl.String))
        table = table.with_columns(pl.col("id").cast(ids.dtype))
    known, rows = numbered(ids, None if table is None else table["id"])
    frame = known.alias("id").to_frame()
    return (frame if table is None else frame.join(table, on="id", how="left", maintain_order="left")), rows


def _check_ids(table: pl.DataFrame, what: str) -> None:
    if "id" not in table.columns:
        raise DataError(f"{what} need a column 'id'; there are {table.columns}")
    twice = table.filter(pl.col("id").is_duplicated() | pl.col("id").is_null())
    if twice.height:
        shown = twice["id"].unique().head(3).to_list()
        raise DataError(
            f"{what} need one row an id; {twice.height} rows share an id or have none, such as {shown}"
        )


def _same_type(left: pl.DataType, right: pl.DataType) -> bool:
    return left.is_integer() == right.is_integer()


def _measures(frame: pl.DataFrame) -> list[pl.Series]:
    columns = []
    if "rating" in frame.columns:
        columns.append(frame["rating"].cast(pl.Float32))
    if "time" in frame.columns:
        columns.append(_seconds(frame["time"]))
    if "part" in frame.columns:
        columns.append(frame["part"].cast(pl.UInt8))
    if "strength" in frame.columns:
        columns.append(frame["strength"].cast(pl.Float32))
    known = {column.name for column in columns}
    return columns + [column for column in frame if column.name not in known]


def _seconds(time: pl.Series) -> pl.Series:
    if time.dtype.is_temporal():
        return time.cast(pl.Datetime("us")).dt.epoch("s").alias("time")
    return time.cast(pl.Int64)


def _renumber(frame: pl.DataFrame, column: str, keep: NDArray[np.bool_]) -> pl.DataFrame:
    new = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
    numbers = pl.Series(column, new[frame[column].to_numpy()])
    return frame.with_columns(numbers).filter(pl.col(column) >= 0)
