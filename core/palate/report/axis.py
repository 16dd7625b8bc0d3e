"""Axes: from values to places in a picture, with round numbers to mark."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Scale = Literal["linear", "log", "date"]
_DAY = 86400.0


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` between the places `start` and `stop`.

    The scale `date` takes seconds since 1970 in UTC, `log` values above 0.
    """

    low: float
    high: float
    start: float
    stop: float
    scale: Scale = "linear"

    def place(self, value: float) -> float:
        low, high, value = (self._even(each) for each in (self.low, self.high, value))
        return round(self.start + (value - low) / (high - low) * (self.stop - self.start), 2)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Place and text of each mark: two or more on every axis."""
        if self.scale == "date":
            return [(self.place(value), text) for value, text in _dates(self.low, self.high)]
        values = _log_marks(self.low, self.high) if self.scale == "log" else None
        if values is not None:
            return [(self.place(value), plain_number(value)) for value in values]
        step = _round_step((self.high - self.low) / 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(self.place(each * step), _stepped(each * step, step)) for each in range(first, last + 1)]

    def _even(self, value: float) -> float:
        return math.log10(value) if self.scale == "log" else value


def fitted(
    values: Iterable[float], start: float, stop: float, scale: Scale = "linear", room: float = 0.08
) -> Axis:
    """An axis that ends a little beyond the data on either side, wherever they are.

    `room` is the share of their range left free. There has to be a value; those of a `log` axis are above 0.
    """
    known = list(values)
    low, high = min(known), max(known)
    if scale == "log":
        factor = max(high / low, 1.2) ** room if room else 1.0
        factor = max(factor, 1.1) if low == high else factor
        return Axis(low / factor, high * factor, start, stop, scale)
    free = (high - low) * room
    if low == high:
        free = _DAY if scale == "date" else abs(high) * 0.1 or 1.0
    return Axis(low - free, high + free, start, stop, scale)


def written(value: float, scale: Scale = "linear") -> str:
    """A value of an axis as text: a day for seconds since 1970, else a number."""
    return _moment(value).strftime("%Y-%m-%d") if scale == "date" else plain_number(value)


def plain_number(value: float) -> str:
    """A number for readers: 0.05, 12,000, 3M."""
    for size, letter in ((1e9, "G"), (1e6, "M")):
        if abs(value) >= size:
            return f"{value / size:.4g}{letter}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _stepped(value: float, step: float) -> str:
    """A multiple of a step with as many decimals as the step needs."""
    if step >= 1 or abs(step) < 1e-9:
        return plain_number(value + 0.0)
    return f"{value:.{math.ceil(-math.log10(step) - 1e-9)}f}".replace("-0.0", "0.0", 1 if not value else 0)


def _round_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten, not less than `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))


def _log_marks(low: float, high: float) -> list[float] | None:
    """Powers of ten, with 2 and 5 times them where they are few; None where even these are."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    stride = max(1, -(-(last - first) // 6))
    for factors in ((1,), (1, 2, 5)):
        marks = [factor * 10.0**power for power in range(first, last + 1, stride) for factor in factors]
        inside = [mark for mark in marks if low <= mark <= high]
        if len(inside) >= 3:
            return inside
    return None


def _dates(low: float, high: float) -> list[tuple[float, str]]:
    """Beginnings of years, months or days within the range, at most about six."""
    days = (high - low) / _DAY
    if days < 60:
        step = next(step for step in (1, 2, 5, 10) if step * 6 >= days or step == 10)
        first = math.ceil(low / (step * _DAY))
        marks = [at * step * _DAY for at in range(first, math.floor(high / (step * _DAY)) + 1)]
        return [(mark, _moment(mark).strftime("%Y-%m-%d")) for mark in marks] or [
            (low, _moment(low).strftime("%Y-%m-%d")), (high, _moment(high).strftime("%Y-%m-%d")),
        ]  # fmt: skip
    months = days / 30.44
    stride = next(
        step for step in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600) if step * 6 >= months or step == 600
    )
    begin, end = _moment(low), _moment(high)
    numbers = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    marks = [datetime(at // 12, at % 12 + 1, 1, tzinfo=UTC).timestamp() for at in numbers if at % stride == 0]
    written = "%Y" if stride >= 12 else "%Y-%m"
    return [(mark, _moment(mark).strftime(written)) for mark in marks if low <= mark <= high]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
