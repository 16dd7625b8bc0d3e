"""One row for one user and one item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl

from palate.data import Dataset
from palate_cleaning.rows import ratings


@dataclass
class DropDuplicates:
    """One interaction of each user with each item: the first, at the time of the first whatever its rating.

    Later ones go, so that what stays does not depend on what comes after a split's cut, and no item
    comes back in the test part that the user had seen before it. Without times, the first is the one
    with the lowest rating. Events of different `type`, and those in different parts of a split that came
    with the data, are no duplicates. A missing rating does not count in the mean.
    """

    name: ClassVar[str] = "drop-duplicates"

    keep: Literal["first", "last", "mean"] = "first"
    """Which rating it has: the user's first of the item, the last, or the mean of all. The last two know
    ratings from after the cut of a split; where ratings matter, keep the first."""

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError for the mean of ratings that the source does not have."""
        frame = dataset.interactions
        same = [column for column in ("user", "item", "part", "type") if column in frame.columns]
        if self.keep == "mean":
            ratings(dataset, self.name)
            mean = pl.col("rating").fill_nan(None).mean().over(same)
            frame = frame.with_columns(mean.fill_null(float("nan")).cast(pl.Float32).alias("rating"))
        if self.keep == "last":
            said = [column for column in ("rating", "label", "strength") if column in frame.columns]
            frame = frame.with_columns(pl.col(said).last().over(same)) if said else frame
        return dataset.with_interactions(frame.unique(same, keep="first", maintain_order=True))
