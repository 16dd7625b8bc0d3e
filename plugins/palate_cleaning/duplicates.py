"""One row for one person and one item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate_cleaning.rows import ratings


@dataclass
class DropDuplicates:
    """One interaction of each person with each item: the last, the first, or the last with the mean rating.

    Without times, the last is the one with the highest rating. Where the data come with a split,
    each part is looked at by itself. A missing rating does not count in the mean.
    """

    name: ClassVar[str] = "drop-duplicates"

    keep: Literal["last", "first", "mean"] = "last"
    """Which of a person's interactions with one item stays; `mean` has the mean of all ratings."""

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError for the mean of ratings that the source does not have."""
        frame = dataset.interactions
        same = [column for column in ("user", "item", "part") if column in frame.columns]
        if self.keep == "mean":
            ratings(dataset, self.name)
            mean = pl.col("rating").fill_nan(None).mean().over(same)
            frame = frame.with_columns(mean.fill_null(float("nan")).cast(pl.Float32).alias("rating"))
        which: Literal["first", "last"] = "first" if self.keep == "first" else "last"
        return dataset.with_interactions(frame.unique(same, keep=which, maintain_order=True))
