"""What the house wants shown, and what not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from annotated_types import Ge
from numpy.typing import NDArray

from palate.data import Items, Query, Ranking, Training
from palate.errors import ComponentError, closest, listed
from palate_reranking.attributes import as_stored, column, values_of
from palate_reranking.ordering import reordered

POOL = 5


@dataclass(frozen=True)
class Where:
    """Which items a rule is about: those with one of these values of an attribute, or within bounds."""

    attribute: str
    values: list[str | int | float] | None = None
    least: float | None = None
    most: float | None = None

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic's name for it

    def __post_init__(self) -> None:
        if (self.values is None) == (self.least is None and self.most is None):
            raise ValueError(f"a condition on {self.attribute!r} has either `values`, or `least` or `most`")


@dataclass
class Rules:
    """House rules: items never shown, items moved up, items at the top.

    `exclude` takes out what any of its conditions holds for, `only` what any of its conditions
    fails for; an item without the attribute fails every condition. What any condition of `boost`
    holds for stands as if it were `places` higher, before what stood there. `pin` (ids) are put
    first, in this order. What a person has met is never put back, and no item without a score is.

    A condition is `{attribute: genres, values: [Comedy]}` or `{attribute: year, least: 1990}`.
    """

    name: ClassVar[str] = "rules"

    exclude: list[Where] = field(default_factory=list)
    only: list[Where] = field(default_factory=list)
    boost: list[Where] = field(default_factory=list)
    places: Annotated[int, Ge(1)] = 10
    pin: list[str | int] = field(default_factory=list)

    shown_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    boosted_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    pinned_: NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Rules:
        """Find the items of each rule. Raises ComponentError for an attribute or an id that is not there."""
        items = training.items
        nothing = np.zeros(len(items), bool)
        self.shown_ = ~nothing
        for where in self.exclude:
            self.shown_ &= ~holds(where, items)
        for where in self.only:
            self.shown_ &= holds(where, items)
        self.boosted_ = nothing
        for where in self.boost:
            self.boosted_ = self.boosted_ | holds(where, items)
        self.pinned_ = _rows(self.pin, items)
        return self

    def pool(self, wanted: int) -> int:
        """How many items it must see to have `wanted` left: all with a pin, all excluded ones besides."""
        if len(self.pinned_):
            return len(self.shown_)
        return wanted * POOL + int(np.count_nonzero(~self.shown_))

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The items that may be shown, in the new order; -1 behind them. Each keeps its score."""
        at = np.maximum(ranking.items, 0)
        shown = self.shown_[at] & (ranking.items >= 0)
        left = np.arange(ranking.k, dtype=np.float64)
        place = np.cumsum(shown, axis=1) - 1.0
        place -= np.where(self.boosted_[at], self.places + 0.5, 0)  # before the one it draws level with
        turn = np.full(len(self.shown_), np.inf)
        turn[self.pinned_[::-1]] = np.arange(len(self.pinned_))[::-1] - 1e9
        place = np.minimum(place, turn[at])
        place = np.where(shown, place, ranking.k + left)
        kept = Ranking(
            ranking.users,
            np.where(shown, ranking.items, -1).astype(np.int32),
            np.where(shown, ranking.scores, np.float32(-np.inf)),
            ranking.wanted,
        )
        return reordered(kept, np.argsort(place, axis=1, kind="stable"))


def holds(where: Where, items: Items) -> NDArray[np.bool_]:
    """bool[items]: for which of them the condition holds. Raises ComponentError for one that cannot."""
    series = column("reranker 'rules'", items, where.attribute)
    if where.values is not None:
        return _any_of(series, where)
    if not series.dtype.is_numeric():
        raise ComponentError(
            f"reranker 'rules': {where.attribute!r} is not a number, so `least` and `most` do not apply; "
            "use `values`"
        )
    low, high = (
        (-np.inf if where.least is None else where.least),
        (np.inf if where.most is None else where.most),
    )
    return series.is_between(low, high).fill_null(False).to_numpy()


def _any_of(series: pl.Series, where: Where) -> NDArray[np.bool_]:
    known = values_of(series)
    wanted = [as_stored(value, series) for value in where.values or []]
    there = set(known["value"].to_list())
    unknown = [value for value in wanted if value not in there]
    if unknown:
        raise ComponentError(
            f"reranker 'rules': no item has {listed(unknown)} as {where.attribute!r}."
            f"{closest(unknown[0], there)}"
        )
    found = np.zeros(len(series), bool)
    found[known.filter(pl.col("value").is_in(wanted))["row"].to_numpy()] = True
    return found


def _rows(ids: list[str | int], items: Items) -> NDArray[np.int32]:
    known = items.ids.cast(pl.String)
    wanted = pl.Series([as_stored(item, items.ids) for item in ids], dtype=pl.String)
    unknown = wanted.filter(~wanted.is_in(known.implode())).to_list()
    if unknown:
        raise ComponentError(f"reranker 'rules': there is no item {listed(unknown)} to pin")
    place = {name: row for row, name in enumerate(known.to_list())} if ids else {}
    return np.array([place[name] for name in wanted.to_list()], np.int32)
