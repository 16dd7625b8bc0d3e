"""The catalogue: one row an item."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from palate.errors import DataError


@dataclass(frozen=True)
class Items:
    """The catalogue, a polars frame whose row i is item i.

    Columns: `id` (integer or string, unique, ascending), `text` once a preprocessor has written
    it, and any attributes, such as `title` or `genres` (text, numbers, or lists of text).
    """

    frame: pl.DataFrame

    def __post_init__(self) -> None:
        if "id" not in self.frame.columns:
            raise DataError(f"items need a column 'id'; there are {self.frame.columns}")

    def __len__(self) -> int:
        return self.frame.height

    @property
    def ids(self) -> pl.Series:
        """The item ids, in row order."""
        return self.frame["id"]

    @property
    def attributes(self) -> list[str]:
        """The columns that describe items, without `id` and `text`."""
        return [column for column in self.frame.columns if column not in ("id", "text")]

    @property
    def titles(self) -> pl.Series:
        """What to call each item: its `title`, or its id where it has none."""
        names = self.ids.cast(pl.String)
        if "title" not in self.frame.columns:
            return names.alias("title")
        return self.frame.select(pl.coalesce(pl.col("title").cast(pl.String), names).alias("title"))["title"]

    @property
    def text(self) -> pl.Series:
        """The text of each item, as the preprocessors left it."""
        if "text" not in self.frame.columns:
            raise DataError(
                "the items have no text yet; add a preprocessor under `text:`, such as `template`"
            )
        return self.frame["text"]

    def with_text(self, text: pl.Series | pl.Expr) -> Items:
        """The same items with this text, one string an item."""
        return Items(self.frame.with_columns(text.alias("text")))
