"""Rows that cannot be true."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate.data import Dataset
from palate.errors import ComponentError
from palate_cleaning.rows import kept, ratings, times


@dataclass
class DropInvalid:
    """Without rows whose rating is missing or out of range, or whose time is out of bounds.

    Ratings are kept from `low` to `high`, both included; a rating that is NaN or infinite goes in
    any case. Times are kept from `since` on and `before` the other bound, each a date or a moment
    such as `2020-01-31` or `2020-01-31T12:00:00+02:00` (UTC where no zone is said), or seconds
    since 1970.
    """

    name: ClassVar[str] = "drop-invalid"

    low: float | None = None
    high: float | None = None
    since: int | str | None = None
    before: int | str | None = None

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError where nothing is left, or a bound is for what the source does not have."""
        good = np.ones(dataset.interactions.height, bool)
        self._check("low", "high", self.low, self.high)
        if dataset.has_ratings or self.low is not None or self.high is not None:
            rating = ratings(dataset, self.name)
            good &= np.isfinite(rating)
            good &= (rating >= self.low) if self.low is not None else True
            good &= (rating <= self.high) if self.high is not None else True
        since, before = self._moment("since"), self._moment("before")
        self._check("since", "before", since, before)
        if since is not None:
            good &= times(dataset, self.name) >= since
        if before is not None:
            good &= times(dataset, self.name) < before
        return kept(dataset, good, self.name)

    def _check(self, lower: str, upper: str, low: float | None, high: float | None) -> None:
        if low is not None and high is not None and low > high:
            raise ComponentError(
                f"cleaner {self.name!r}: `{lower}` must not be above `{upper}`; got "
                f"{getattr(self, lower)} and {getattr(self, upper)}"
            )

    def _moment(self, option: str) -> float | None:
        value: int | str | None = getattr(self, option)
        if not isinstance(value, str):
            return value
        try:
            moment = datetime.datetime.fromisoformat(value)
        except ValueError as error:
            raise ComponentError(
                f"cleaner {self.name!r}: `{option}` must be a date or moment such as 2020-01-31 or "
                f"2020-01-31T12:00:00, or seconds since 1970; got {value!r}"
            ) from error
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()
