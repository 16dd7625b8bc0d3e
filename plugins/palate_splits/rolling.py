"""Several windows in time, each tested on by models of what came before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.data import Dataset, Fold
from palate.errors import ComponentError, DataError
from palate_splits.shares import Repeats, Share, times
from palate_splits.temporal import newest

DAY = 86_400


@dataclass
class Rolling:
    """Windows one after another: each tests on models of all that came before it, for every user.

    The last window ends with the newest interaction, the others lie before it without a gap; what comes
    after a window is not used for it. Interactions of one second stay together. It shows whether a
    result holds at other times, and is what a model that is fitted anew every so often would do.
    """

    name: ClassVar[str] = "rolling"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    windows: Annotated[int, Ge(2)] = 3
    """How many windows, each a fold with its own models."""
    test: Share = 0.1
    """Share of all interactions that each window tests, where no days are given."""
    days: Annotated[float, Gt(0)] | None = None
    """Length of each window in days."""
    validation: Share = 0.1
    """Share of all interactions that validates, the newest of what came before each window."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def n_folds(self) -> int:
        return self.windows

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """A fold for each window, the oldest first.

        Raises ComponentError for shares of 1 and more, DataError without times, or where a window or what
        comes before it is empty.
        """
        if not self.days and self.windows * self.test + self.validation >= 1:
            raise ComponentError(
                f"splitter {self.name!r}: {self.windows} `windows` with {self.test:g} each in `test`, and "
                f"`validation: {self.validation:g}`, leave nothing to fit on; take fewer or smaller ones"
            )
        time = times(dataset, self.name)
        cuts = self._cuts(time)
        for number, (start, end) in enumerate(zip(cuts, [*cuts[1:], None], strict=True), 1):
            before, test = time < start, time >= start
            if end is not None:
                test &= time < end
            if not before.any() or not test.any():
                what = "no interactions" if before.any() else "nothing before it to fit on"
                raise DataError(
                    f"splitter {self.name!r}: window {number} of {self.windows} has {what}; take fewer "
                    "windows, or others of another length"
                )
            _, validation = newest(time, before, self.validation)
            unused = ~before & ~test
            yield Fold.from_masks(len(time), test=test, validation=validation, unused=unused).check(dataset)

    def _cuts(self, time: NDArray[np.int64]) -> list[int]:
        """When each window begins, oldest first."""
        if self.days is not None:
            end = int(time.max()) + 1
            return [end - round(at * self.days * DAY) for at in range(self.windows, 0, -1)]
        ordered = np.sort(time)
        places = [len(time) - round(at * self.test * len(time)) for at in range(self.windows, 0, -1)]
        return [int(ordered[min(place, len(time) - 1)]) for place in places]
