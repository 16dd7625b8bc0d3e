"""What rules that depend on the user or the day have in common: what they do not allow is left out."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Items, Query, Ranking, Training
from palate.errors import ComponentError
from palate.tables.moments import moment
from palate_reranking.attributes import column


class Filter(ABC):
    """A rule of what may be recommended: `allows` says what, and a ranking keeps only that."""

    @abstractmethod
    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: whether each item may be recommended to each user."""

    def pool(self, wanted: int) -> int:
        """No more than wanted: what it does not allow is gone before the best are taken."""
        return wanted

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The items that are allowed in the order they had, then -1. Each keeps its score."""
        may = np.take_along_axis(self.allows(query), np.maximum(ranking.items, 0), axis=1)
        kept = may & (ranking.items >= 0)
        order = np.argsort(~kept, axis=1, kind="stable")
        items = np.where(kept, ranking.items, -1).astype(np.int32)
        scores = np.where(kept, ranking.scores, np.float32(-np.inf))
        return Ranking(
            ranking.users,
            np.take_along_axis(items, order, 1),
            np.take_along_axis(scores, order, 1),
            ranking.wanted,
        )


def for_all(shown: NDArray[np.bool_], query: Query) -> NDArray[np.bool_]:
    """bool[n, items] from bool[items]: the same for every user."""
    return np.broadcast_to(shown, (len(query), len(shown)))


def numbers(who: str, items: Items, attribute: str) -> NDArray[np.float64]:
    """float64[items]: a numeric attribute, NaN where an item has none.

    Raises ComponentError where there is no such attribute, and where it is not numeric.
    """
    series = column(who, items, attribute)
    if not series.dtype.is_numeric():
        some = series.drop_nulls().head(3).to_list()
        raise ComponentError(f"{who}: {attribute!r} is not a number for every item; it holds such as {some}")
    return series.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def moment_of(who: str, now: str, training: Training) -> float:
    """Seconds since 1970: the newest event of what it is fitted on for `data`, or a moment in writing.

    Raises ComponentError for `data` without times, DataError for what is no moment.
    """
    if now != "data":
        return moment(now, f"{who}: now")
    times = training.events.times
    if times is None or not len(times):
        raise ComponentError(
            f"{who} takes the newest event for now, and the source has no times: give `now`, such as "
            "`now: 2025-07-15`"
        )
    return float(times.max())
