"""What the values of a column look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from palate.errors import DataError
from palate.tables.cells import looks_listed
from palate.tables.clock import Clock
from palate.tables.numerals import PLAIN, Numerals
from palate.tables.patterns import DIGITS

Kind = Literal["whole", "number", "time", "text", "list", "flag", "other"]

_SINCE_1970 = (3e8, 4.1e9)
_FLAGS = {"true", "false"}


@dataclass(frozen=True)
class Profile:
    """One column: its kind, how many values and different ones it has, their range and length.

    `low` and `high` are for numbers, `length` is the mean number of characters of text, `moments`
    says whether values may be times, and `pattern` how they are written where that must be stated;
    `unclear` are the patterns of which it may be either. `numerals` is how numbers are written.
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
    unclear: str = ""
    numerals: Numerals = PLAIN

    @property
    def numeric(self) -> bool:
        return self.kind in ("whole", "number")

    def __str__(self) -> str:
        seen = f"{self.name!r}: {self.distinct} different of {self.filled} values"
        return f"{seen} from {self.low:g} to {self.high:g}" if self.numeric else f"{seen}, {self.kind}"

    @classmethod
    def of(cls, column: pl.Series, semicolons: bool = False) -> Profile:
        """Look at the values of a column; text of numbers counts as numbers.

        `semicolons` says that its file parts columns so, where commas may be decimal marks.
        """
        values = column.drop_nulls()
        if isinstance(values.dtype, pl.Struct):
            return cls(column.name, "other", len(values), 0)
        if values.dtype.is_nested():
            return cls(column.name, "list", len(values), 0)
        distinct = values.n_unique() if values.dtype != pl.Object else 0
        if values.dtype.is_temporal():
            moments = values.dtype not in (pl.Time, pl.Duration)
            return cls(column.name, "time" if moments else "other", len(values), distinct, moments=moments)
        if values.dtype in (pl.Categorical, pl.Enum):
            values = values.cast(pl.String)
        if values.dtype == pl.String:
            return _text(column.name, values, distinct, semicolons)
        if values.dtype == pl.Boolean:
            return cls(column.name, "flag", len(values), distinct, 0.0, 1.0)
        if values.dtype.is_numeric():
            return _numbers(column.name, values.cast(pl.Float64), distinct)
        return cls(column.name, "other", len(values), distinct)


def _text(name: str, values: pl.Series, distinct: int, semicolons: bool) -> Profile:
    if len(values):
        numerals = Numerals.of(values, semicolons=semicolons)
        numbers = numerals.read(values)
        if not numbers.null_count():
            return _numbers(name, numbers, distinct, numerals)
        if set(values.head(100).str.to_lowercase()) <= _FLAGS:
            return Profile(name, "flag", len(values), distinct, 0.0, 1.0)
        if looks_listed(values.head(100)):
            return Profile(name, "list", len(values), distinct)
        found = _time(name, values, distinct)
        if found is not None:
            return found
    length = values.str.len_chars().mean() if len(values) else 0.0
    return Profile(name, "text", len(values), distinct, length=float(length or 0.0))  # type: ignore[arg-type]


def _time(name: str, values: pl.Series, distinct: int) -> Profile | None:
    """The profile of dates and times; None where most of the values are none."""
    if not values.head(100).str.contains(r"\d").all():
        return None
    unclear = ""
    try:
        clock = Clock.of(values, "auto", name)
    except DataError as error:
        if "`time_format: '%d" not in str(error) or "first" not in str(error):
            return None
        patterns = [part.split("'")[0] for part in str(error).split("time_format: '")[1:]]
        day_first = next(pattern for pattern in patterns if pattern.startswith("%d"))
        clock, unclear = Clock((day_first,), format=day_first), patterns[0 if patterns[1] == day_first else 1]
    read = values.to_frame("x").select(clock.expression("x", pl.String()))["x"].count()
    if not clock.patterns or read < 0.9 * len(values):
        return None
    pattern = "" if clock.format == "iso" else clock.format
    return Profile(name, "time", len(values), distinct, moments=True, pattern=pattern, unclear=unclear)


def _numbers(name: str, values: pl.Series, distinct: int, numerals: Numerals | None = None) -> Profile:
    floats = values.drop_nans()
    floats = floats.filter(floats.is_finite())
    if floats.is_empty():
        return Profile(name, "number", 0, 0)
    low, high, middle = (float(value) for value in (floats.min(), floats.max(), floats.median()))  # type: ignore[arg-type]
    bottom, top = _SINCE_1970
    moments = any(bottom * unit <= middle <= top * unit for unit in (1, 1e3, 1e6, 1e9))
    whole = bool((floats == floats.floor()).all())
    pattern = ""
    if not moments or 1e13 <= low < 1e15:
        clock = Clock.of(floats.cast(pl.Int64, strict=False) if whole else floats, "auto", name)
        if clock.epoch is not None or (clock.patterns and clock.patterns != (DIGITS[4],)):
            moments, pattern = True, clock.format
    return Profile(
        name,
        "whole" if whole else "number",
        len(values),
        distinct,
        low,
        high,
        0.0,
        moments,
        pattern,
        "",
        numerals or PLAIN,
    )
