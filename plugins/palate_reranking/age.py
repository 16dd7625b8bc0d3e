"""Nothing that is too old."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.tables.moments import moments
from palate_reranking.attributes import column
from palate_reranking.filtering import Filter, for_all, moment_of

DAY = 86_400


@dataclass
class AgeLimit(Filter):
    """Only items of at most so many days: news of the last two, offers of this month.

    An item's age runs from the time in `column` to `now`: the newest event it is fitted on (`data`), or a
    moment such as `2025-07-15`. What appears after that is not too old.
    """

    name: ClassVar[str] = "age-limit"

    column: str
    """The attribute of the items that says when they appeared."""
    days: Annotated[float, Gt(0)]
    """The greatest age, in days; parts of days too."""
    now: str = "data"
    unknown: Literal["drop", "keep"] = "drop"
    """Whether items without a time are left out."""
    time_format: str = "auto"
    """How times are written, as in the source `files`."""

    shown_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)

    def wants_timestamps(self) -> bool:
        """Whether `now` is the time of an event."""
        return self.now == "data"

    def fit(self, training: Training) -> AgeLimit:
        """Find the items that are not too old.

        Raises ComponentError without the attribute, DataError where its values are no times.
        """
        who = f"reranker {self.name!r}"
        values = column(who, training.items, self.column)
        appeared = moments(values, f"{who}: {self.column!r}", self.time_format)
        limit = moment_of(who, self.now, training) - self.days * DAY
        known = ~np.isnan(appeared)
        self.shown_ = np.where(known, appeared >= limit, self.unknown == "keep")
        return self

    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: the same items for every user."""
        return for_all(self.shown_, query)
