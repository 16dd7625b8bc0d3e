"""What the values of a column look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["whole", "number", "time", "text", "list", "other"]

ISO_DATE = r"^\d{4}-\d\d-\d\d([ T]|$)"
PATTERNS = (
    *("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y%m%d"),
    *("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d-%m-%Y", "%d %b %Y", "%b %d, %Y"),
)
_SINCE_1970 = (3e8, 4.1e9)


@dataclass(frozen=True)
class Profile:
    """One column: its kind, how many values and different ones it has, their range and length.

    `low` and `high` are for numbers, `length` is the mean number of characters of text, `moments`
    says whether values may be times, and `pattern` how they are written where that must be said.
    """

    name: str
    kind: Kind
    filled: int
    distinct: int
    low: float = 0.0
    high: float = 0.0
    length: float = 0.0
    moments: bool = False
    pattern: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in ("whole", "number")

    def __str__(self) -> str:
        seen = f"{self.name!r}: {self.distinct} different of {self.filled} values"
        return f"{seen} from {self.low:g} to {self.high:g}" if self.numeric else f"{seen}, {self.kind}"

    @classmethod
    def of(cls, column: pl.Series) -> Profile:
        """Look at the values of a column; text of numbers counts as numbers."""
        values = column.drop_nulls()
        if isinstance(values.dtype, pl.List):
            return cls(column.name, "list", len(values), 0)
        distinct = values.n_unique() if values.dtype != pl.Object else 0
        if values.dtype.is_temporal():
            return cls(column.name, "time", len(values), distinct, moments=True)
        if values.dtype in (pl.Categorical, pl.Enum):
            values = values.cast(pl.String)
        if values.dtype == pl.String:
            return _text(column.name, values, distinct)
        if values.dtype.is_numeric():
            return _numbers(column.name, values, distinct)
        return cls(column.name, "other", len(values), distinct)


def _text(name: str, values: pl.Series, distinct: int) -> Profile:
    if len(values):
        numbers = values.cast(pl.Float64, strict=False)
        if not numbers.null_count():
            whole = values.cast(pl.Int64, strict=False)
            return _numbers(name, whole if not whole.null_count() else numbers, distinct)
        if values.str.contains(ISO_DATE).all():
            return Profile(name, "time", len(values), distinct, moments=True)
        for pattern in PATTERNS:
            if not values.str.to_datetime(pattern, strict=False).null_count():
                return Profile(name, "time", len(values), distinct, moments=True, pattern=pattern)
    length = values.str.len_chars().mean() if len(values) else 0.0
    return Profile(name, "text", len(values), distinct, length=float(length or 0.0))  # type: ignore[arg-type]


def _numbers(name: str, values: pl.Series, distinct: int) -> Profile:
    floats = values.cast(pl.Float64).drop_nans()
    if floats.is_empty():
        return Profile(name, "number", 0, 0)
    low, high, middle = (float(figure) for figure in (floats.min(), floats.max(), floats.median()))  # type: ignore[arg-type]
    bottom, top = _SINCE_1970
    moments = any(bottom * unit <= middle <= top * unit for unit in (1, 1e3, 1e6, 1e9))
    whole = bool((floats == floats.floor()).all())
    return Profile(name, "whole" if whole else "number", len(values), distinct, low, high, 0.0, moments)
