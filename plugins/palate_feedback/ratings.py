"""Likes and dislikes by rating."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Dataset, Items
from palate.data.strengths import Pairs
from palate.errors import ComponentError
from palate_feedback.columns import column_of, in_order, some_like

LIKE, DISLIKE = 4.0, 3.0
LEAST = 0.1


@dataclass
class Ratings:
    """A high rating is a like, a low one a dislike, and one between says only that the item was seen.

    A missing rating says no more than that either. With `relative_to: user` a rating is taken less the
    mean of the user's ratings up to then, itself included, so that nothing later decides: of users who
    rate everything high, only what they rate higher than usual is a like.
    """

    name: ClassVar[str] = "ratings"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    like: float | None = None
    """Ratings from this one on are likes. Default: 4; with `relative_to: user`, 0, the user's mean."""
    dislike: float | None = None
    """Ratings below this one are dislikes. Default: 3; with `relative_to: user`, 0."""
    strength: Literal["one", "rating", "centred"] = "one"
    """`one`: all likes and dislikes count alike. `rating`: a like counts as much as its rating, a dislike as
    much as it is below `dislike`. `centred`: as far as the rating is from the middle between `dislike` and
    `like`, 0.1 at the least."""
    relative_to: Literal["scale", "user"] = "scale"
    pairs: Pairs = "last"
    """Of several ratings of one item by a user: the last counts, the greatest (`max`), or their `sum`."""

    def mark(self, dataset: Dataset) -> Dataset:
        """Raises DataError without ratings or a like among them, ComponentError for bounds out of order."""
        marked = dataset.with_strengths(self.weigh(dataset.interactions, dataset.items), self.pairs)
        like, _ = self._bounds()
        return some_like(marked, self.name, _span(self._ratings(dataset.interactions), like))

    def weigh(self, interactions: pl.DataFrame, items: Items) -> NDArray[np.float64]:
        """float64: the strength of each event, of users whose events stand together, oldest first."""
        rating = self._ratings(interactions)
        like, dislike = self._bounds()
        in_order(self.name, dislike, like, "dislike", "like")
        liked, disliked = rating >= like, rating < dislike
        strengths = np.zeros(len(rating))
        strengths[liked] = self._for(rating[liked], like, dislike)
        strengths[disliked] = -self._against(rating[disliked], like, dislike)
        return strengths

    def _ratings(self, interactions: pl.DataFrame) -> NDArray[Any]:
        """float64: the rating of each event, NaN where missing; less the user's mean if so asked."""
        rating = column_of(interactions, self.name, "rating").cast(pl.Float64).to_numpy()
        return rating - _mean_so_far(interactions) if self.relative_to == "user" else rating

    def _bounds(self) -> tuple[float, float]:
        usual = (LIKE, DISLIKE) if self.relative_to == "scale" else (0.0, 0.0)
        like = usual[0] if self.like is None else self.like
        return like, min(usual[1], like) if self.dislike is None else self.dislike

    def _for(self, rating: NDArray[Any], like: float, dislike: float) -> NDArray[Any]:
        if self.strength == "one":
            return np.ones(len(rating))
        if self.strength == "centred":
            return np.maximum(rating - (like + dislike) / 2, LEAST)
        if (rating <= 0).any():
            raise ComponentError(
                f"feedback {self.name!r}: with `strength: rating` the rating of a like must be above 0, and "
                f"there are likes of {rating.min():g}; use `strength: centred` or `one`"
            )
        return rating

    def _against(self, rating: NDArray[Any], like: float, dislike: float) -> NDArray[Any]:
        if self.strength == "one":
            return np.ones(len(rating))
        middle = (like + dislike) / 2 if self.strength == "centred" else dislike
        return np.maximum(middle - rating, LEAST)


def _mean_so_far(frame: pl.DataFrame) -> NDArray[Any]:
    """The mean of the user's ratings up to each event; rows are ordered by user and time."""
    rating = pl.col("rating").cast(pl.Float64).fill_nan(None)
    total, count = rating.fill_null(0).cum_sum().over("user"), rating.cum_count().over("user")
    return frame.select(total / count)["rating"].fill_null(float("nan")).to_numpy()


def _span(rating: NDArray[Any], like: float) -> str:
    known = rating[np.isfinite(rating)]
    if not len(known):
        return "every rating is missing"
    return f"ratings run from {known.min():g} to {known.max():g}, and a like begins at {like:g}; set `like`"
