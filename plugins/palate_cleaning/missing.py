"""Ratings that are not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import polars as pl

from palate.data import Dataset
from palate.errors import DataError
from palate_cleaning.rows import liked_only, ratings, times


@dataclass
class FillMissing:
    """Puts something in the place of missing ratings, or lets their rows count as seen only.

    `constant` puts `value`; `mean` and `median` that of all ratings, or `by` the same user or item;
    `interpolate` goes in a straight line over time between the user's rating before and the one
    after, or takes the only one there is. Who has no rating at all gets the mean (or median) of all.
    What is filled in knows ratings from after the cut of a split; `drop` and `constant` do not.
    """

    name: ClassVar[str] = "fill-missing"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    how: Literal["drop", "constant", "mean", "median", "interpolate"] = "drop"
    """What stands in for a missing rating; `drop`: the event counts as seen only, neither liked nor
    disliked."""
    by: Literal["global", "user", "item"] = "global"
    value: float = 0.0

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError without ratings, or where there is none to fill in from."""
        missing = np.isnan(ratings(dataset, self.name))
        if not missing.any():
            return dataset
        if self.how == "drop":
            return liked_only(dataset, ~missing, self.name)
        if self.how != "constant" and missing.all():
            raise DataError(
                f"cleaner {self.name!r} finds no rating among {len(missing):,} to fill in from; "
                "use `how: constant` or `how: drop`"
            )
        if self.how == "interpolate":
            times(dataset, self.name)
        rating = pl.col("rating").fill_nan(None)
        filled = pl.coalesce(rating, self._filling(rating)).cast(pl.Float32)
        return dataset.with_interactions(dataset.interactions.with_columns(filled.alias("rating")))

    def _filling(self, rating: pl.Expr) -> pl.Expr:
        if self.how == "constant":
            return pl.lit(self.value)
        if self.how == "interpolate":
            return pl.coalesce(_between(rating), rating.mean())
        middle = rating.median() if self.how == "median" else rating.mean()
        return middle if self.by == "global" else pl.coalesce(middle.over(self.by), middle)


def _between(rating: pl.Expr) -> pl.Expr:
    """Each rating on the line between the known ones around it; rows are ordered by user and time."""
    moment = pl.when(rating.is_not_null()).then(pl.col("time"))
    earlier, later = rating.forward_fill().over("user"), rating.backward_fill().over("user")
    start, end = moment.forward_fill().over("user"), moment.backward_fill().over("user")
    way = pl.when(end > start).then((pl.col("time") - start) / (end - start)).otherwise(0.5)
    return pl.coalesce(earlier + way * (later - earlier), earlier, later)
