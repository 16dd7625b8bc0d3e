"""Nothing that is too far above or below what the user is at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.data import History, Query, Training
from palate_reranking.filtering import Filter, numbers

Level = NDArray[np.float64]


@dataclass
class LevelLimit(Filter):
    """Only items whose level, a number, is near that of the user's own items.

    A user stands at the highest level among the items of their history, at that of the last one, or at the
    mean. Items may be `up` above it and `down` below. A user without such items gets those of levels up to
    `start`. Items without a level are for everyone.
    """

    name: ClassVar[str] = "level-limit"

    column: str
    """The attribute of the items that holds the level: a grade, a difficulty, a price."""
    up: Annotated[float, Ge(0)] | None = 1.0
    """How far above the user an item may be; null: as far as it likes."""
    down: Annotated[float, Ge(0)] | None = None
    """How far below."""
    at: Literal["highest", "last", "mean"] = "highest"
    """Where a user with a history stands."""
    start: float | None = None
    """The highest level for a user without one. Default: the lowest there is."""

    level_: Level = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> LevelLimit:
        """Keep the level of each item. Raises ComponentError where the attribute is missing or no number."""
        self.level_ = numbers(f"reranker {self.name!r}", training.items, self.column)
        return self

    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: the items whose levels are near enough to each user's."""
        stands = _stands(query.history, self.level_, self.at)[:, None]
        high = np.inf if self.up is None else stands + self.up
        low = -np.inf if self.down is None else stands - self.down
        level = self.level_[None, :]
        near = (level >= low) & (level <= high)
        known = self.level_[~np.isnan(self.level_)]
        start = self.start if self.start is not None else known.min(initial=np.inf)
        near = np.where(np.isnan(stands), level <= start, near)
        return np.asarray(near | np.isnan(level), bool)


def _stands(history: History, level: Level, at: str) -> Level:
    """float64[n]: the level each user stands at, NaN for one without items that have a level."""
    own, owners = level[history.items], history.owners
    known = ~np.isnan(own)
    own, owners = own[known], owners[known]
    found = np.full(len(history), np.nan)
    if at == "last":
        found[owners] = own  # of several the last, which is the newest, stays
    elif at == "highest":
        highest = np.full(len(history), -np.inf)
        np.maximum.at(highest, owners, own)
        found = np.where(np.isinf(highest), np.nan, highest)
    else:
        count = np.bincount(owners, minlength=len(history))
        total = np.bincount(owners, own, minlength=len(history))
        found = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found
