"""The column of the interactions that a feedback reads."""

from __future__ import annotations

import polars as pl

from palate.data import Dataset
from palate.errors import ComponentError, DataError, closest, listed

SHOWN = 8


def column_of(interactions: pl.DataFrame, feedback: str, column: str) -> pl.Series:
    """The column by its name. Raises DataError that says which there are, and how to bring it in."""
    known = interactions.columns
    if column not in known:
        others = [name for name in known if name not in ("user", "item", "part", "strength")]
        raise DataError(
            f"feedback {feedback!r} needs a column {column!r} of the interactions."
            f"{closest(column, others)} "
            f"They have {listed(others) or 'users and items only'}; with the source 'files', say which "
            "column of the file it is: `columns: {type: ...}` or `columns: {label: ...}`"
        )
    return interactions[column]


def values_in(column: pl.Series) -> str:
    """What stands in a column, most frequent first, with how often."""
    counted = column.drop_nulls().value_counts(sort=True)
    shown = [f"{value!r} ({count:,})" for value, count in counted.head(SHOWN).iter_rows()]
    return ", ".join(shown) + (", …" if counted.height > SHOWN else "")


def some_like(dataset: Dataset, feedback: str, why: str) -> Dataset:
    """The dataset, or DataError where no event is a like: nothing could be fitted or evaluated."""
    if dataset.likes.any():
        return dataset
    events = dataset.interactions.height
    raise DataError(f"feedback {feedback!r} finds no like among {events:,} events: {why}")


def in_order(feedback: str, low: float, high: float, lower: str, higher: str) -> None:
    """Raises ComponentError where the one bound is above the other."""
    if low > high:
        raise ComponentError(
            f"feedback {feedback!r}: `{lower}` must not be above `{higher}`; got {low:g} and {high:g}"
        )
