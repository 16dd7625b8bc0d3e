"""The patterns in which dates and times are written as text."""

from __future__ import annotations

import itertools

import polars as pl

ISO = (
    *("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f UTC"),
    *("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%dT%H:%M"),
    *("%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S,%3f"),
)
_TIMES = (
    "",
    " %H:%M",
    " %H:%M:%S%.f",
    " %I:%M %p",
    " %I:%M:%S %p",
    ", %H:%M",
    ", %H:%M:%S",
    "T%H:%M:%S%.f",
    " at %I:%M %p",
)
_DATES = (
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y.%m.%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    *("%d-%m-%y", "%m-%d-%y"),
)
_NAMED = (
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%A, %B %d, %Y", "%d %b, %Y"),
    *("%m %d, %Y", "%Y年%m月%d日", "%a, %b %d %Y", "%a, %d %b %Y", "%a %d %b %Y", "%a %b %d %Y"),
)
_FIXED = (
    *(
        "%a, %d %b %Y %H:%M:%S %z",
        "%a %b %d %H:%M:%S %z %Y",
        "%a %b %d %H:%M:%S %Y",
        "%a, %d %b %Y %H:%M:%S GMT",
    ),
    *("%d/%b/%Y:%H:%M:%S %z", "%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S", "%Y%m%d %H:%M:%S", "%Y-%m-%d-%H.%M.%S"),
    *("%a %b %d %H:%M:%S UTC %Y", "%a %b %d %Y %H:%M:%S GMT%z (Coordinated Universal Time)"),
    *("%a %b %d %Y %H:%M:%S GMT%z", "[%d/%b/%Y:%H:%M:%S %z]", "%Y%m%dT%H%M%S%.fZ"),
)
WRITTEN = (*_FIXED, *(date + time for date, time in itertools.product((*_DATES, *_NAMED), _TIMES)))
DIGITS = {4: "%Y", 8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def read_by(values: pl.Series, pattern: str) -> int:
    """How many values a pattern reads as moments of the years 1900 to 2100."""
    found = values.str.to_datetime(pattern, strict=False, time_unit="us").dt.year()
    return int(found.is_between(1900, 2100).sum())


def fitting(values: pl.Series, among: tuple[str, ...]) -> list[str]:
    """The patterns that read most of these values, at least one, the best first."""
    first = values.head(20)
    hopeful = [pattern for pattern in among if read_by(first, pattern)] or list(among)
    read = {pattern: read_by(values, pattern) for pattern in hopeful}
    return sorted((pattern for pattern in hopeful if read[pattern]), key=lambda pattern: -read[pattern])


def swapped(pattern: str) -> str | None:
    """The pattern with day and month changed, where dates may be either."""
    if "%m" not in pattern or not pattern.startswith(("%d/", "%m/", "%d-%m", "%m-%d")):
        return None
    return pattern.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
