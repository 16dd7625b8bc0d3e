"""A truth that looks the hits of one ranking up once."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palate.data import Ranking, Truth


@dataclass(frozen=True)
class CachedTruth(Truth):
    """The same truth, about to be asked for the hits of `ranking` by one metric after another.

    Any other ranking is looked up as usual. It lives as long as one evaluation, so nothing
    outlives it.
    """

    ranking: Ranking | None = field(default=None, repr=False, compare=False)

    @cached_property
    def _found(self) -> NDArray[np.bool_]:
        """bool[n, k], read-only because every metric gets the same array."""
        if self.ranking is None:
            return np.zeros((len(self), 0), bool)
        found = super().hits(self.ranking)
        found.setflags(write=False)
        return found

    def hits(self, ranking: Ranking) -> NDArray[np.bool_]:
        """bool[n, k]: which of the ranked items are relevant."""
        return self._found if ranking is self.ranking else super().hits(ranking)

    @classmethod
    def about(cls, ranking: Ranking, truth: Truth) -> CachedTruth:
        return cls(**{item.name: getattr(truth, item.name) for item in fields(Truth)}, ranking=ranking)
