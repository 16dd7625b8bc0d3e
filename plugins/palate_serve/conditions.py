"""Which items meet the conditions of a request on their attributes."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Items
from palate.data.attributes import Values, values_of
from palate.errors import ComponentError, closest, listed
from palate_serve.messages import Condition, Range
from palate_serve.refused import Refused


def matching(
    items: Items, where: dict[str, Condition], known: dict[str, Values | None] | None = None
) -> NDArray[np.bool_]:
    """bool[items]: whether an item meets all conditions: any of the values, or a number in the range.

    An attribute that lists several values, as `Comedy|Drama` does, has each of them; case does not count.
    `known` keeps the values of attributes from one call to the next. Raises Refused for an attribute that
    the items do not have, and a range of what are no numbers.
    """
    found, kept = np.ones(len(items), bool), {} if known is None else known
    for name, condition in where.items():
        if name not in items.attributes:
            there = listed(items.attributes, 12) or "none"
            near = closest(name, items.attributes)
            raise Refused(
                422, f"the items have no attribute {name!r}; they have {there}.{near}", f"where.{name}"
            )
        column = items.frame[name]
        if isinstance(condition, Range):
            found &= _in_range(column, condition)
        else:
            found &= _any_of(items, name, condition, kept)
    return found


def _in_range(column: pl.Series, condition: Range) -> NDArray[np.bool_]:
    if not column.dtype.is_numeric():
        raise Refused(
            422, f"{column.name!r} holds no numbers; give a value, or a list", f"where.{column.name}"
        )
    inside = pl.Series(np.ones(len(column), bool))
    if condition.min is not None:
        inside &= (column >= condition.min).fill_null(False)
    if condition.max is not None:
        inside &= (column <= condition.max).fill_null(False)
    return inside.fill_null(False).to_numpy()


def _any_of(items: Items, name: str, condition: Any, known: dict[str, Values | None]) -> NDArray[np.bool_]:
    wanted = condition if isinstance(condition, list) else [condition]
    column = items.frame[name]
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        numbers = [float(value) for value in wanted if isinstance(value, int | float)]
        return np.isin(column.cast(pl.Float64).fill_null(float("nan")).to_numpy(), numbers)
    if name not in known:
        known[name] = _values(items, name)
    values = known[name]
    if values is None:
        return np.zeros(len(items), bool)
    texts = {str(value).strip().lower() for value in wanted}
    at = [place for place, known in enumerate(values.names) if known.lower() in texts]
    own = np.asarray(values.matrix[:, at].sum(axis=1)).ravel() > 0
    whole = column.cast(pl.String, strict=False) if column.dtype != pl.List else None
    if whole is not None:
        own |= whole.str.strip_chars().str.to_lowercase().is_in(list(texts)).fill_null(False).to_numpy()
    return own


def _values(items: Items, name: str) -> Values | None:
    """The values of an attribute; None where no item has one."""
    try:
        return values_of(items, name)
    except ComponentError:
        return None
