"""Likes by how much of an item was used: watch time over duration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
import polars as pl
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Dataset, Items
from palate.data.attributes import column_of as attribute
from palate.data.strengths import Pairs
from palate.errors import ComponentError, DataError
from palate_feedback.columns import column_of, in_order, some_like

Shares = NDArray[np.float64]


@dataclass
class Share:
    """A large share of an item used is a like, a small one a dislike: watch time over duration.

    The share of an event is `column` of the interactions, over the attribute `of` of its item where that is
    given. From `like` on it is a like, below `dislike` a dislike, and between it says only that the item
    was seen; so it does where the share is not known.
    """

    name: ClassVar[str] = "share"

    column: str = "rating"
    """The column of the interactions: seconds watched, pages read. The source `files` has it as its rating:
    `columns: {rating: watched}`."""
    of: str | None = None
    """The attribute of the items with what there is in all, in the same unit; null: the column is a share."""
    like: Annotated[float, Gt(0)] = 0.5
    """Shares from this one on are likes."""
    dislike: Annotated[float, Ge(0)] = 0.1
    """Shares below this one are dislikes."""
    strength: Literal["share", "one"] = "share"
    """`share`: a like counts as much as its share, and a dislike as much as it is below `dislike`, over
    `dislike`. `one`: all count alike."""
    most: Annotated[float, Gt(0)] = 1.0
    """The share beyond which no like counts for more: what was watched twice has a share of 2."""
    pairs: Pairs = "max"
    """Of several events of one user with one item the greatest counts, the `last`, or their `sum`."""

    def mark(self, dataset: Dataset) -> Dataset:
        """Raises DataError without the column, for shares below 0, or where none is a like.

        Raises ComponentError without the attribute, or for bounds out of order.
        """
        marked = dataset.with_strengths(self.weigh(dataset.interactions, dataset.items), self.pairs)
        return some_like(
            marked, self.name, _span(self._shares(dataset.interactions, dataset.items), self.like)
        )

    def weigh(self, interactions: pl.DataFrame, items: Items) -> Shares:
        """float64: the strength of each event. Raises as `mark` does."""
        in_order(self.name, self.dislike, self.like, "dislike", "like")
        in_order(self.name, self.like, self.most, "like", "most")
        share = self._shares(interactions, items)
        liked, disliked = share >= self.like, share < self.dislike
        strengths = np.zeros(len(share))
        strengths[liked] = np.minimum(share[liked], self.most) if self.strength == "share" else 1.0
        against = 1 - share[disliked] / max(self.dislike, 1e-12)
        strengths[disliked] = -np.maximum(against, 0.1) if self.strength == "share" else -1.0
        return strengths

    def _shares(self, interactions: pl.DataFrame, items: Items) -> Shares:
        used = _numbers(column_of(interactions, self.name, self.column), f"the column {self.column!r}")
        if self.of is not None:
            whole = _numbers(attribute(items, self.of), f"the attribute {self.of!r}")
            known = np.where(whole > 0, whole, np.nan)
            used = used / known[interactions["item"].to_numpy()]
        if (used < 0).any():
            raise DataError(f"feedback {self.name!r}: a share is 0 or more; there is {np.nanmin(used):g}")
        return used


def _numbers(series: pl.Series, what: str) -> Shares:
    """float64: the values, NaN where there is none. Raises ComponentError where they are no numbers."""
    found = series.cast(pl.Float64, strict=False)
    if series.dtype == pl.String:
        wrong = series.filter(found.is_null() & series.is_not_null() & (series.str.strip_chars() != ""))
        if len(wrong):
            raise ComponentError(f"feedback 'share': {what} holds {wrong[0]!r}, which is no number")
    elif not series.dtype.is_numeric():
        raise ComponentError(f"feedback 'share': {what} holds {series.dtype}, and no numbers")
    return found.fill_null(float("nan")).to_numpy()


def _span(share: Shares, like: float) -> str:
    known = share[np.isfinite(share)]
    if not len(known):
        return "no share is known"
    return (
        f"shares run from {known.min():g} to {known.max():g}, and a like begins at {like:g}; set `like`, or "
        "say with `of` what they are shares of"
    )
