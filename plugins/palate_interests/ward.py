"""Several interests a person: one item for each group of what they met."""

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
    """Medoids of the groups that Ward's clustering finds in a person's items, biggest group first.

    A medoid is the item whose squared distances to the others of its group sum to least, so that an
    interest is a thing the person met and not a mixture. Pal et al., "PinnerSage", KDD 2020. A
    person with fewer different items than `interests` repeats the first. Each person's items are
    clustered on their own, in compiled code, in time and memory quadratic in `latest`.
    """

    name: ClassVar[str] = "ward"

    interests: Annotated[int, Ge(1), Le(64)] = 3
    """How many interests a person has."""
    latest: Annotated[int, Ge(1), Le(4096)] = 200
    """How many of a person's last different items count."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, interests, d] from float32[items, d]; zeros for a person without history."""
        out = np.zeros((len(query), self.interests, vectors.shape[-1]), np.float32)
        for block in padded(query.history, vectors, self.latest):
            for row, person in enumerate(block.people):
                out[person] = self._medoids(block.vectors[row, block.there[row]])
        return out

    def _medoids(self, items: Vectors) -> Vectors:
        """float32[interests, d] from float32[n, d], n > 0."""
        from scipy.cluster.hierarchy import fcluster, linkage

        wide = items.astype(np.float64)
        one = np.zeros(1, np.int64)
        tree = linkage(wide, "ward") if len(items) > 1 else None
        group = one if tree is None else fcluster(tree, self.interests, "maxclust") - 1
        sizes = np.bincount(group)
        centres = np.zeros((len(sizes), wide.shape[1]))
        np.add.at(centres, group, wide)
        away = ((wide - (centres / sizes[:, None])[group]) ** 2).sum(axis=1)
        medoids = _first_of_each(group, away)
        order = np.argsort(-sizes, kind="stable")
        chosen = np.resize(order, self.interests)
        chosen[len(order) :] = order[0]
        return items[medoids[chosen]]


def _first_of_each(group: NDArray[np.int64], away: NDArray[np.float64]) -> NDArray[np.int64]:
    """int64[groups]: the member of each group with the least distance."""
    order = np.lexsort((away, group))
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    return order[first]
