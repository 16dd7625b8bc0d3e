"""From ids, as users of palate give them, to row numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.errors import PalateError

_WHOLE = re.compile(r"[+-]?[0-9]+")


def row_of(ids: pl.Series, value: Any, name: str = "an id") -> int | None:
    """The row number of one id, or None where it is unknown. Raises PalateError for what is no id."""
    row = int(rows_of(ids, [value], name)[0])
    return row if row >= 0 else None


def rows_of(ids: pl.Series, values: Sequence[Any], name: str = "an id") -> NDArray[np.int32]:
    """int32[values]: the row number of each id, -1 where it is unknown.

    `ids` are whole numbers or text, ascending. A whole number may be given as text and the reverse.
    Raises PalateError for what is no id: 3.7, NaN, None, True, a list.
    """
    texts = [as_text(value, name) for value in values]
    if not texts or not len(ids):
        return np.full(len(texts), -1, np.int32)
    if not ids.dtype.is_integer():
        return _found(ids, pl.Series(texts, dtype=ids.dtype))
    numbers = [int(text) if _WHOLE.fullmatch(text) else None for text in texts]
    low, high = int(ids[0]), int(ids[-1])
    there = [number if number is not None and low <= number <= high else None for number in numbers]
    return _found(ids, pl.Series(there, dtype=ids.dtype))


def as_text(value: Any, name: str = "an id") -> str:
    """An id as text. Raises PalateError for what cannot be one."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(operator.index(value))
    if isinstance(value, Real) and not isinstance(value, bool) and float(value).is_integer():
        return str(int(float(value)))  # tables with missing values make 42 into 42.0
    raise PalateError(f"{name} must be a whole number or text; got {value!r}")


def whole(value: Any, name: str, least: int = 1) -> int:
    """A whole number of at least `least`. Raises PalateError that says what it is for."""
    if isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least:
        return operator.index(value)
    raise PalateError(f"{name} must be a whole number of at least {least}; got {value!r}")


def _found(ids: pl.Series, wanted: pl.Series) -> NDArray[np.int32]:
    there = ids.search_sorted(wanted.fill_null(ids[0])).to_numpy().astype(np.int64)  # polars gives uint32
    place = np.minimum(there, len(ids) - 1)
    known = (ids.gather(place) == wanted).fill_null(False).to_numpy()
    return np.where(known, place, -1).astype(np.int32)
