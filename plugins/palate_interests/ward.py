"""Several interests a user: one item for each cluster of their items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import Query
from palate_interests.padded import padded


@dataclass
class Ward:
    """Medoids of the Ward clusters of a user's items: several interests, largest cluster first.

    A medoid is the item with the least sum of squared distances to the others of its cluster, so that
    an interest is one of the user's items and not a mixture. Pal et al., "PinnerSage", KDD 2020. A user
    with fewer different items than `interests` repeats the first. Each user's items are clustered on
    their own, in compiled code, in time and memory quadratic in `latest`.
    """

    name: ClassVar[str] = "ward"

    interests: Annotated[int, Ge(1), Le(64)] = 3
    """How many interests a user has."""
    latest: Annotated[int, Ge(1), Le(4096)] = 200
    """How many of a user's last different items count."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, interests, d] from float32[items, d]; zeros for a user without history."""
        out = np.zeros((len(query), self.interests, vectors.shape[-1]), np.float32)
        for block in padded(query.history, vectors, self.latest):
            for row, user in enumerate(block.users):
                out[user] = self._medoids(block.vectors[row, block.there[row]])
        return out

    def _medoids(self, items: Vectors) -> Vectors:
        """float32[interests, d] from float32[n, d], n > 0."""
        from scipy.cluster.hierarchy import fcluster, linkage

        wide = items.astype(np.float64)
        one = np.zeros(1, np.int64)
        tree = linkage(wide, "ward") if len(items) > 1 else None
        cluster = one if tree is None else fcluster(tree, self.interests, "maxclust") - 1
        sizes = np.bincount(cluster)
        centres = np.zeros((len(sizes), wide.shape[1]))
        np.add.at(centres, cluster, wide)
        away = ((wide - (centres / sizes[:, None])[cluster]) ** 2).sum(axis=1)
        medoids = _first_of_each(cluster, away)
        order = np.argsort(-sizes, kind="stable")
        chosen = np.resize(order, self.interests)
        chosen[len(order) :] = order[0]
        return items[medoids[chosen]]


def _first_of_each(cluster: NDArray[np.int64], away: NDArray[np.float64]) -> NDArray[np.int64]:
    """int64[clusters]: the member of each cluster with the least distance."""
    order = np.lexsort((away, cluster))
    first = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    return order[first]
