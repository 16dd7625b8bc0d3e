"""Random items: the lower bound of a comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.data import Query, Training

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass
class Random:
    """Uniform random scores, the same for the same user, history and seed."""

    name: ClassVar[str] = "random"

    salt_: NDArray[np.uint64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Random:
        """Draw one 64-bit number for each item."""
        self.salt_ = training.rng().integers(0, 2**63, training.history.n_items, dtype=np.uint64)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items] in [0, 1): a hash of the user, their history and the item.

        A hash and not a random number, so that a user's scores do not depend on the others in the query.
        """
        drawn = np.zeros(len(query), np.uint64)
        np.add.at(drawn, query.history.owners, self.salt_[query.history.items])
        user = drawn + query.users.astype(np.int64).view(np.uint64) * _ODD
        mixed = (user[:, None] ^ self.salt_) * _MIX
        mixed = (mixed ^ (mixed >> np.uint64(31))) * _ODD
        return ((mixed >> np.uint64(40)).astype(np.float32)) / np.float32(2**24)
