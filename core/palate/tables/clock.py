"""The many ways to write a time, as seconds since 1970."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from palate.errors import DataError, listed
from palate.tables.numerals import PLAIN, Numerals
from palate.tables.patterns import DIGITS, ISO, WRITTEN, fitting, read_by, swapped

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
DAYS = {"excel": 25_569, "days": 0}
_DAY = 86_400
_SERIALS = (25_569, 73_051)


@dataclass(frozen=True)
class Clock:
    """How one column writes times: patterns of text, units a second, or days since `epoch`.

    `format` is what to say for it as `time_format`; `guessed` what was taken for granted, in words.
    """

    patterns: tuple[str, ...] = ()
    per_second: int = 1
    epoch: int | None = None
    numerals: Numerals = PLAIN
    format: str = "auto"
    guessed: str = ""

    def expression(self, column: str, dtype: pl.DataType) -> pl.Expr:
        """int64 seconds since 1970, null where a value is none."""
        time = pl.col(column)
        if dtype.is_temporal():
            return time.cast(pl.Datetime("us")).dt.epoch("s") if dtype == pl.Date else time.dt.epoch("s")
        if self.patterns:
            if dtype.is_numeric():
                time = time.cast(pl.Int64, strict=False).cast(pl.String)
            read = [
                time.str.to_datetime(pattern, strict=False, time_unit="us").dt.epoch("s")
                for pattern in self.patterns
            ]
            return pl.coalesce(read)
        if self.epoch is not None:
            days = self._number(time, dtype)
            return ((days - self.epoch) * _DAY).round().cast(pl.Int64, strict=False)
        if dtype.is_integer():
            return time.cast(pl.Int64, strict=False) // self.per_second
        return (self._number(time, dtype) / self.per_second).floor().cast(pl.Int64, strict=False)

    def _number(self, time: pl.Expr, dtype: pl.DataType) -> pl.Expr:
        return self.numerals.expression(time) if dtype == pl.String else time.cast(pl.Float64, strict=False)

    @classmethod
    def of(
        cls, sample: pl.Series, time_format: str, where: str, more: Callable[[], pl.Series] | None = None
    ) -> Clock:
        """The clock that `time_format` names, or for `auto` the one that the first values show.

        A number is in seconds below 1e11 (the year 5138), in milliseconds below 1e14, in
        microseconds below 1e17, in nanoseconds above; where all are digits of dates (20240131), days
        of Excel, or years, they are that. `more` gives further values where day and month cannot be
        told apart. Raises DataError where nothing fits, or two patterns do.
        """
        if sample.dtype.is_temporal():
            if sample.dtype in (pl.Time, pl.Duration):
                raise DataError(f"{where} holds {sample.dtype}, which is no moment in time")
            return cls()
        if time_format in PER_SECOND:
            return cls(per_second=PER_SECOND[time_format], format=time_format)
        if time_format in DAYS:
            return cls(epoch=DAYS[time_format], numerals=Numerals.of(sample), format=time_format)
        if "%" in time_format:
            return cls(patterns=(time_format,), format=time_format)
        if time_format not in ("auto", "iso"):
            raise DataError(
                f"`time_format` must be auto, iso, {', '.join((*PER_SECOND, *DAYS))} or a pattern such as "
                f"'%d.%m.%Y %H:%M'; got {time_format!r}"
            )
        values = sample.drop_nulls()
        if time_format == "auto":
            numerals = Numerals.of(values)
            numbers = (
                numerals.read(values) if values.dtype == pl.String else values.cast(pl.Float64, strict=False)
            ).drop_nulls()
            if values.dtype.is_numeric() or 2 * len(numbers) > len(values) or values.is_empty():
                return _of_numbers(values, numbers, numerals)
        if values.dtype != pl.String:
            raise DataError(f"{where} holds {values.dtype}, and `time_format: iso` is for text")
        return _of_text(values, where, more, (*ISO, *WRITTEN) if time_format == "auto" else ISO)


def _of_numbers(values: pl.Series, numbers: pl.Series, numerals: Numerals) -> Clock:
    """Seconds and parts of them, unless all numbers are digits of dates, days of Excel, or years."""
    finite = numbers.filter(numbers.is_finite())
    whole = bool(len(finite)) and bool((finite == finite.floor()).all())
    if whole:
        digits = values.cast(pl.Int64, strict=False).drop_nulls().cast(pl.String)
        sizes = digits.str.len_chars().unique().to_list()
        pattern = DIGITS.get(sizes[0]) if len(sizes) == 1 else None
        if pattern is not None and len(digits) == len(values) == read_by(digits, pattern):
            said = "" if pattern != "%Y" else "years"
            return Clock((pattern,), format=pattern, guessed=said)
    low, high = _SERIALS
    if len(finite) and finite.is_between(low, high).all():
        return Clock(
            epoch=DAYS["excel"], numerals=numerals, format="excel", guessed="days as Excel counts them"
        )
    middle = finite.abs().median()
    size = float(middle) if isinstance(middle, int | float) else 0.0
    unit = next((unit for unit, top in (("s", 1e11), ("ms", 1e14), ("us", 1e17)) if size < top), "ns")
    return Clock(per_second=PER_SECOND[unit], numerals=numerals, format=unit)


def _of_text(
    values: pl.Series, where: str, more: Callable[[], pl.Series] | None, among: tuple[str, ...]
) -> Clock:
    found = fitting(values, among)
    if not found:
        raise DataError(
            f"{where} holds no time that palate knows, such as {listed(values.head(3))}; "
            "give its pattern, such as `time_format: '%d.%m.%Y %H:%M'`"
        )
    best = found[0]
    if best in ISO:
        return Clock(tuple(pattern for pattern in found if pattern in ISO), format="iso")
    other = swapped(best)
    if other is not None and read_by(values, other) == read_by(values, best):
        rest = values if more is None else more().drop_nulls()
        first, second = read_by(rest, best), read_by(rest, other)
        if first == second:
            raise DataError(
                f"{where} has the day or the month first, and no value tells which, such as "
                f"{listed(values.head(3))}: say `time_format: '{best}'` or `time_format: '{other}'`"
            )
        best = best if first > second else other
    return Clock((best,), format=best)
