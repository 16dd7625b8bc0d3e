"""Likes by the type of event: view, cart, purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
import polars as pl
from annotated_types import MinLen
from numpy.typing import NDArray

from palate.data import Dataset, Items
from palate.data.strengths import Pairs
from palate.errors import DataError, closest, listed
from palate_feedback.columns import column_of, some_like, values_in


@dataclass
class Events:
    """What each type of event says, as a weight: `{view: 1, cart: 2, purchase: 3}`.

    Above 0 it is a like of that strength, at 0 the item was only seen, below 0 it is a dislike:
    `{purchase: 3, view: 0, hide: -1}`. Types that `weights` does not name are an error that says what
    stands in the column, unless `others` gives their weight. An event without a type was seen only.
    """

    name: ClassVar[str] = "events"

    weights: Annotated[dict[str, float], MinLen(1)]
    column: str = "type"
    """The column of the interactions that holds the type."""
    others: float | Literal["error", "seen"] = "error"
    """What types without a weight count: a weight, `seen`, which is 0, or that they are an error."""
    pairs: Pairs = "sum"
    """What several events of one user with one item come to: their weights add up (`sum`), the greatest
    counts (`max`), or the `last`. Only events up to the cut of a split are counted, whichever it is."""

    def mark(self, dataset: Dataset) -> Dataset:
        """Raises DataError without such a column, for types without a weight, or where none is a like."""
        column = column_of(dataset.interactions, self.name, self.column)
        self._check(_kinds(column), column, all_used=True)
        why = f"the column {self.column!r} holds {values_in(column)}, none with a weight above 0"
        return some_like(dataset.with_strengths(self._weights(column), self.pairs), self.name, why)

    def weigh(self, interactions: pl.DataFrame, items: Items) -> NDArray[np.float64]:
        """float64: the weight of each event. Raises DataError for a type without one."""
        column = column_of(interactions, self.name, self.column)
        self._check(_kinds(column), column, all_used=False)
        return self._weights(column)

    def _weights(self, column: pl.Series) -> NDArray[np.float64]:
        other = self.others if isinstance(self.others, (int, float)) else 0.0
        weights = {kind: float(self.weights.get(kind, other)) for kind in _kinds(column)}
        kinds = pl.Series(list(weights), dtype=pl.String)
        found = _text(column).replace_strict(
            kinds, list(weights.values()), default=0.0, return_dtype=pl.Float64
        )
        return found.to_numpy()

    def _check(self, known: list[str], column: pl.Series, all_used: bool) -> None:
        """Every type has a weight, and every weight a type where `all_used`."""
        without = [kind for kind in known if kind not in self.weights]
        unused = [kind for kind in self.weights if kind not in known] if all_used else []
        if (without and self.others == "error") or unused:
            said = f"no event is of type {listed(unused)}" if unused else ""
            if without and self.others == "error":
                said = " and ".join(filter(None, (f"{listed(without)} has no weight", said)))
            near = closest((unused or without)[0], known if unused else self.weights)
            raise DataError(
                f"feedback 'events': {said}.{near} The column {self.column!r} holds {values_in(column)}; "
                "give each type a weight, or say with `others` what the rest count"
            )


def _text(column: pl.Series) -> pl.Series:
    """The types as text; null where there is none."""
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _kinds(column: pl.Series) -> list[str]:
    """The types that stand in the column, ascending."""
    return _text(column).unique().drop_nulls().sort().to_list()
