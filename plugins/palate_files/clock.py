"""The many ways to write a time, as seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from palate.errors import DataError, listed

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
ISO = (
    *("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f UTC"),
    *("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
)


@dataclass(frozen=True)
class Clock:
    """How one column writes times: a pattern of text, or a number of units a second."""

    pattern: str | None = None
    per_second: int = 1

    def expression(self, column: str, dtype: pl.DataType) -> pl.Expr:
        """int64 seconds since 1970, null where a value is none."""
        time = pl.col(column)
        if dtype.is_temporal():
            return time.cast(pl.Datetime("us")).dt.epoch("s") if dtype == pl.Date else time.dt.epoch("s")
        if self.pattern is not None:
            return time.str.to_datetime(self.pattern, strict=False, time_unit="us").dt.epoch("s")
        if dtype.is_integer():
            return time.cast(pl.Int64, strict=False) // self.per_second
        return (time.cast(pl.Float64, strict=False) / self.per_second).floor().cast(pl.Int64, strict=False)

    @classmethod
    def of(cls, sample: pl.Series, time_format: str, where: str) -> Clock:
        """The clock that `time_format` names, or for `auto` the one that the first values show.

        A number is in seconds below 1e11 (the year 5138), in milliseconds below 1e14, in
        microseconds below 1e17, in nanoseconds above. Raises DataError where nothing fits.
        """
        if sample.dtype.is_temporal():
            if sample.dtype in (pl.Time, pl.Duration):
                raise DataError(f"{where} holds {sample.dtype}, which is no moment in time")
            return cls()
        if time_format in PER_SECOND:
            return cls(per_second=PER_SECOND[time_format])
        if "%" in time_format:
            return cls(pattern=time_format)
        if time_format not in ("auto", "iso"):
            raise DataError(
                f"`time_format` must be auto, iso, {', '.join(PER_SECOND)} or a pattern such as "
                f"'%d.%m.%Y %H:%M'; got {time_format!r}"
            )
        values = sample.drop_nulls()
        if time_format == "auto":
            numbers = values.cast(pl.Float64, strict=False).drop_nulls()
            if values.dtype.is_numeric() or 2 * len(numbers) > len(values) or values.is_empty():
                return cls(per_second=_unit(numbers))
        return cls(pattern=_pattern(values, where))


def _unit(numbers: pl.Series) -> int:
    middle = numbers.abs().median()
    size = float(middle) if isinstance(middle, int | float) else 0.0
    return next(
        (PER_SECOND[unit] for unit, top in (("s", 1e11), ("ms", 1e14), ("us", 1e17)) if size < top), 10**9
    )


def _pattern(values: pl.Series, where: str) -> str:
    if values.dtype != pl.String:
        raise DataError(f"{where} holds {values.dtype}, and `time_format: iso` is for text")
    read = {form: values.str.to_datetime(form, strict=False).count() for form in ISO}
    best = max(read, key=lambda form: read[form])
    if not read[best]:
        raise DataError(
            f"{where} holds no time that palate knows, such as {listed(values.head(3))}; "
            "give its pattern, such as `time_format: '%d.%m.%Y %H:%M'`"
        )
    return best
