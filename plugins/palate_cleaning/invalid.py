"""Rows that cannot be true."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate.data import Dataset
from palate.errors import ComponentError
from palate_cleaning.rows import kept, liked_only, ratings, times


@dataclass
class DropInvalid:
    """Rows count whose rating is neither missing nor out of range, and whose time is within bounds.

    Ratings count from `low` to `high`, both included; a rating that is NaN or infinite does not in any
    case. Times count from `since` on and `before` the other bound, each a date or a moment such as
    `2020-01-31` or `2020-01-31T12:00:00+02:00` (UTC where no zone is said), or seconds since 1970.

    An event whose rating is invalid, or that is older than `since`, took place all the same: it stays as
    seen, so that its item is not recommended to the user, and is neither liked nor disliked. What is
    not `before` the bound goes: it has not happened yet.
    """

    name: ClassVar[str] = "drop-invalid"

    low: float | None = None
    high: float | None = None
    since: int | str | None = None
    before: int | str | None = None

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError where no like is left, or a bound is for what the source does not have."""
        self._check("low", "high", self.low, self.high)
        since, before = self._moment("since"), self._moment("before")
        self._check("since", "before", since, before)
        if before is not None:
            dataset = kept(dataset, times(dataset, self.name) < before, self.name)
        good = np.ones(dataset.interactions.height, bool)
        if since is not None:
            good &= times(dataset, self.name) >= since
        if dataset.has_ratings or self.low is not None or self.high is not None:
            rating = ratings(dataset, self.name)
            good &= np.isfinite(rating)
            good &= (rating >= self.low) if self.low is not None else True
            good &= (rating <= self.high) if self.high is not None else True
        return liked_only(dataset, good, self.name)

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
