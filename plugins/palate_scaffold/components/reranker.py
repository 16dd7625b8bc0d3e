"""The reranker `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate import Query, Ranking, Training, hookimpl


@dataclass
class PluginName:
    """Items that few users have, some places further up."""

    name: ClassVar[str] = "plugin-name"

    places: Annotated[float, Ge(0)] = 3.0
    """How far an item that no user has moves up past one that all have."""

    share_: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> PluginName:
        """Compute the share of the users who have each item."""
        users = max(int(np.count_nonzero(training.history.counts)), 1)
        self.share_ = training.history.popularity / users
        return self

    def rerank(self, query: Query, ranking: Ranking) -> Ranking:
        """The same items in another order; empty places (item -1) stay last."""
        place = np.arange(ranking.k) + self.places * self.share_[ranking.items]
        order = np.argsort(np.where(ranking.items < 0, np.inf, place), axis=1, kind="stable")
        items = np.take_along_axis(ranking.items, order, axis=1)
        scores = np.take_along_axis(ranking.scores, order, axis=1)
        return Ranking(ranking.users, items, scores)


@hookimpl
def register_rerankers() -> list[type]:
    return [PluginName]
