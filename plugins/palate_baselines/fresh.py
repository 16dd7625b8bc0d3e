"""The newest items, the same for every user."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.data.attributes import column_of
from palate.errors import ComponentError
from palate.tables.moments import moments

DAY = 86_400


@dataclass
class Fresh:
    """Items by when they appeared, the newest first: half the score for every `half_life` days of age.

    Ages run to the newest event it is fitted on; an item that appears after that has age 0. It has no opinion
    on an item without a time.
    """

    name: ClassVar[str] = "fresh"

    column: str
    """The attribute of the items that says when they appeared."""
    half_life: Annotated[float, Gt(0)] = 1.0
    """Days."""
    time_format: str = "auto"
    """How times are written, as in the source `files`."""

    scores_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def wants_timestamps(self) -> bool:
        """Ages are counted to the newest event."""
        return True

    def fit(self, training: Training) -> Fresh:
        """Keep the score of each item, float32[items] in (0, 1].

        Raises ComponentError without the attribute or times, DataError where its values are no times.
        """
        who = f"ranker {self.name!r}"
        times = training.events.times
        if times is None or not len(times):
            raise ComponentError(f"{who} counts ages to the newest event, and the source has no times")
        appeared = moments(
            column_of(training.items, self.column), f"{who}: {self.column!r}", self.time_format
        )
        ages = np.maximum(float(times.max()) - appeared, 0) / DAY
        self.scores_ = np.exp2(-ages / self.half_life).astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the same for everyone; NaN for items without a time."""
        return np.tile(self.scores_, (len(query), 1))
