"""Business rules: which items to show first, and which not at all."""

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
from palate_reranking.filtering import for_all
from palate_reranking.ordering import reordered

POOL = 5


@dataclass(frozen=True)
class Where:
    """The items of a rule: those with one of these values of an attribute, or within bounds."""

    attribute: str
    values: list[str | int | float] | None = None
    min: float | None = None
    max: float | None = None

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic's name for it

    def __post_init__(self) -> None:
        if (self.values is None) == (self.min is None and self.max is None):
            raise ValueError(f"a condition on {self.attribute!r} has either `values`, or `min` or `max`")


@dataclass
class Rules:
    """Business rules: items that are excluded, moved up, or pinned to the top.

    `exclude` removes items that meet any of its conditions, `only` those that do not meet all of its
    conditions; an item without the attribute meets none. Items that meet any condition of `boost` move
    up by `places`, above the item at that place. Items whose ids are in `pin` come first, in this order.
    Seen items and items without a score are never added.

    A condition is `{attribute: genres, values: [Comedy]}` or `{attribute: year, min: 1990}`.
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
        """Find the items of each rule. Raises ComponentError for an unknown attribute or id."""
        items = training.items
        nothing = np.zeros(len(items), bool)
        self.shown_ = ~nothing
        for where in self.exclude:
            self.shown_ &= ~meets(where, items)
        for where in self.only:
            self.shown_ &= meets(where, items)
        self.boosted_ = nothing
        for where in self.boost:
            self.boosted_ = self.boosted_ | meets(where, items)
        self.pinned_ = _rows(self.pin, items)
        return self

    def pool(self, wanted: int) -> int:
        """How many items it needs to keep `wanted` of them: all where some are pinned."""
        return len(self.shown_) if len(self.pinned_) else wanted * POOL

    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: the items that are not excluded, the same for every user."""
        return for_all(self.shown_, query)

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The remaining items in the new order, then -1. Each keeps its score."""
        at = np.maximum(ranking.items, 0)
        shown = self.shown_[at] & (ranking.items >= 0)
        left = np.arange(ranking.k, dtype=np.float64)
        place = np.cumsum(shown, axis=1) - 1.0
        place -= np.where(self.boosted_[at], self.places + 0.5, 0)  # above the one that has this place
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


def meets(where: Where, items: Items) -> NDArray[np.bool_]:
    """bool[items]: whether each meets the condition. Raises ComponentError where the condition is invalid."""
    series = column("reranker 'rules'", items, where.attribute)
    if where.values is not None:
        return _any_of(series, where)
    if not series.dtype.is_numeric():
        raise ComponentError(
            f"reranker 'rules': {where.attribute!r} is not a number, so `min` and `max` do not apply; "
            "use `values`"
        )
    low, high = (
        (-np.inf if where.min is None else where.min),
        (np.inf if where.max is None else where.max),
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
