"""The most popular items, the same for every user."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.data import Added, Query, Training

_EXACT = 2**23  # float32 holds every whole number up to twice this


@dataclass
class Popularity:
    """Items by their number of users in the training data."""

    name: ClassVar[str] = "popularity"

    counts_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Popularity:
        """Count the users of each item."""
        self.counts_ = training.history.popularity.astype(np.float32)
        return self

    def partial_fit(self, added: Added, removed: Training) -> Popularity:
        """Count the users that are new, and no longer those that are gone: what `fit` gives, bit for bit."""
        if self.counts_.max(initial=0) >= _EXACT:
            return self.fit(added.whole)
        counts = added.by_item(self.counts_).astype(np.int64)
        counts += added.history.popularity - removed.history.popularity
        self.counts_ = counts[: len(added.whole.items)].astype(np.float32)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the same counts for everyone; items without interactions have 0."""
        return np.tile(self.counts_, (len(query), 1))
