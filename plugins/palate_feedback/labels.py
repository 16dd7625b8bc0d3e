"""Likes and dislikes by a label: 0 or 1, -1 or 1, true or false, or words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Dataset, Items
from palate.data.strengths import Pairs
from palate.errors import DataError
from palate_feedback.columns import column_of, some_like, values_in

LIKES = frozenset(
    {"1", "true", "t", "yes", "y", "like", "liked", "up", "thumbsup", "positive", "click", "clicked"}
    | {"love", "loved", "good", "👍"}
)
DISLIKES = frozenset(
    {"-1", "dislike", "disliked", "down", "thumbsdown", "negative", "hate", "hated"} | {"bad", "👎"}
)
ZEROS = frozenset({"0", "-0", "false", "f", "no", "n"})


@dataclass
class Labels:
    """A label says what each event is: 1 and true a like, -1 a dislike, 0 and false what `zero` says.

    Words are read too, whatever their case: like, yes, up, positive, good, clicked and 👍 as 1; dislike,
    down, negative, bad and 👎 as -1; no as 0. Other words are an error that says what stands in the
    column, and are named in `likes` and `dislikes`. An event without a label was seen only.
    """

    name: ClassVar[str] = "labels"

    column: str | None = None
    """The column of the interactions. Default: `label`, or `rating` where there is none."""
    zero: Literal["dislike", "seen"] = "dislike"
    """What a 0 says: that the user does not want the item, or only that they saw it."""
    likes: list[str] = field(default_factory=list)
    """More values that are likes."""
    dislikes: list[str] = field(default_factory=list)
    """More values that are dislikes."""
    strength: str | None = None
    """A column of numbers above 0 that says how much each label counts, such as `rating`; all alike if not
    given."""
    pairs: Pairs = "last"
    """Of several labels of one item by a user: the last counts, the greatest (`max`), or their `sum`."""

    def mark(self, dataset: Dataset) -> Dataset:
        """Raises DataError without such a column, for a value that is no label, or where none is a like."""
        signs = self.weigh(dataset.interactions, dataset.items)
        name = self._named(dataset.interactions)
        why = f"the column {name!r} holds {values_in(dataset.interactions[name])}"
        return some_like(dataset.with_strengths(signs, self.pairs), self.name, why)

    def weigh(self, interactions: pl.DataFrame, items: Items) -> NDArray[np.float64]:
        """float64: what the label of each event says. Raises DataError for a value that is no label."""
        name = self._named(interactions)
        sign = self._signs(column_of(interactions, self.name, name), name).astype(np.float64)
        if self.strength is not None:
            sign = sign * self._sizes(column_of(interactions, self.name, self.strength))
        return sign

    def _named(self, interactions: pl.DataFrame) -> str:
        """The column of labels, whether it is there or not."""
        usual = "rating" if "rating" in interactions.columns else "label"
        return self.column or ("label" if "label" in interactions.columns else usual)

    def _signs(self, column: pl.Series, name: str) -> NDArray[Any]:
        """1, 0 or -1 for each value."""
        text = _text(column)
        more, fewer = (_text(pl.Series(values, dtype=pl.String)) for values in (self.likes, self.dislikes))
        like = text.is_in([*more, *(LIKES - {*fewer})]).fill_null(False)
        dislike = text.is_in([*fewer, *(DISLIKES - {*more})]).fill_null(False) & ~like
        zero = text.is_in([*ZEROS]).fill_null(False) & ~like & ~dislike
        strange = column.filter(~(like | dislike | zero | text.is_null()))
        if len(strange):
            numbers = strange.cast(pl.Float64, strict=False).null_count() == 0
            hint = (
                "numbers other than 1, 0 and -1 are ratings: use the feedback 'ratings'"
                if numbers
                else "say what they are with `likes` and `dislikes`, or use the feedback 'events'"
            )
            raise DataError(
                f"feedback 'labels': {len(strange):,} values of the column {name!r} are no labels: "
                f"{values_in(strange)}; {hint}"
            )
        said = like.cast(pl.Int8).to_numpy() - dislike.cast(pl.Int8).to_numpy()
        return said - (zero.cast(pl.Int8).to_numpy() if self.zero == "dislike" else 0)

    def _sizes(self, column: pl.Series) -> NDArray[Any]:
        size = column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
        bad = ~(np.isfinite(size) & (size > 0))
        if bad.any():
            raise DataError(
                f"feedback 'labels': the column {column.name!r} says how much labels count, and "
                f"{int(bad.sum()):,} of its {len(size):,} values are missing or not above 0"
            )
        return size


def _text(column: pl.Series) -> pl.Series:
    """Values as words in small letters, without spaces and hyphens inside; null where nothing is there."""
    text = column.cast(pl.String).str.strip_chars().str.to_lowercase()
    text = text.str.replace_all(r"(\w)[\s_-]+(\w)", "$1$2").str.replace(r"^\+", "").str.replace(r"\.0+$", "")
    return text.set(text.is_in(["", "nan"]).fill_null(False), None)
