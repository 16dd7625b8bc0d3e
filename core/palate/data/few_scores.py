"""The scores of one user where nearly all items have the same one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDE = 10_000  # items: scores of fewer take less time to compute for all than to be told apart
PART = 8  # where more than one item in so many has a score of its own, nothing is saved


@dataclass(frozen=True)
class FewScores:
    """What `scores` float32[c] say of `items` int32[c], none twice, in any order; all others have `rest`.

    `rest` is one number, NaN where they have no score; there are `n_items` in all.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    rest: float
    n_items: int

    def whole(self) -> NDArray[np.float32]:
        """float32[1, items]."""
        found = np.full((1, self.n_items), self.rest, np.float32)
        found[0, self.items] = self.scores
        return found

    @classmethod
    def of(cls, row: NDArray[np.float32]) -> FewScores | None:
        """Those of float32[items] where nearly all are 0, or missing; None for other rows."""
        for apart, rest in ((row != 0, 0.0), (np.isfinite(row), np.nan)):
            if np.count_nonzero(apart) * PART <= len(row):
                items = np.flatnonzero(apart)
                return cls(items.astype(np.int32), row[items], rest, len(row))
        return None


def wide(n_items: int) -> bool:
    """Whether a catalogue is so large that time is saved by scoring few of its items."""
    return n_items >= WIDE
