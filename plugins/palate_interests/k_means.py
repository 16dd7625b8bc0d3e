"""Several interests a user: the centres of clusters of their items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import Query
from palate_interests.padded import padded

Block = NDArray[np.float32]


@dataclass
class KMeans:
    """Centres of the k-means clusters of a user's items: several interests, largest cluster first.

    An item is then scored by the interest nearest to it. The first centre is the item nearest to the
    mean, each further one the item farthest from those before (Gonzalez, 1985), and Lloyd's steps
    follow: no random numbers are used. A user with fewer different items than `interests` repeats the
    first.
    """

    name: ClassVar[str] = "k-means"

    interests: Annotated[int, Ge(1), Le(64)] = 3
    """How many interests a user has."""
    iterations: Annotated[int, Ge(1), Le(1000)] = 20
    """Lloyd's steps at most; fewer where the clusters no longer change."""
    latest: Annotated[int, Ge(1)] = 1024
    """How many of a user's last different items count."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, interests, d] from float32[items, d]; zeros for a user without history."""
        out = np.zeros((len(query), self.interests, vectors.shape[-1]), np.float32)
        for block in padded(query.history, vectors, self.latest):
            out[block.users] = self._centres(block.vectors, block.there)
        return out

    def _centres(self, items: Block, there: NDArray[np.bool_]) -> Block:
        """float32[b, interests, d] from float32[b, w, d]."""
        squares = np.einsum("bwd,bwd->bw", items, items)
        centres = self._first(items, there, squares)
        cluster = np.full(there.shape, -1)
        for _ in range(self.iterations):
            nearest = _distances(items, squares, centres).argmin(axis=2)
            if np.array_equal(nearest, cluster):
                break
            cluster = nearest
            members = _members(cluster, there, self.interests)
            sizes = members.sum(axis=2)[:, :, None]
            np.divide(members @ items, sizes, out=centres, where=sizes > 0)
        sizes = _members(cluster, there, self.interests).sum(axis=2)
        order = np.argsort(-sizes, axis=1, kind="stable")
        centres = np.take_along_axis(centres, order[:, :, None], axis=1)
        empty = np.take_along_axis(sizes, order, axis=1) == 0
        return np.where(empty[:, :, None], centres[:, :1], centres)

    def _first(self, items: Block, there: NDArray[np.bool_], squares: Block) -> Block:
        mean = items.sum(axis=1, keepdims=True) / there.sum(axis=1).astype(np.float32)[:, None, None]
        away = np.where(there, _distances(items, squares, mean)[:, :, 0], np.inf)
        row = np.arange(len(items))
        chosen = [items[row, away.argmin(axis=1)]]
        nearest = np.where(there, np.inf, -np.inf)
        for _ in range(1, self.interests):
            nearest = np.minimum(nearest, _distances(items, squares, chosen[-1][:, None])[:, :, 0])
            chosen.append(items[row, nearest.argmax(axis=1)])
        return np.stack(chosen, axis=1)


def _distances(items: Block, squares: Block, centres: Block) -> Block:
    """float32[b, w, k]: squared Euclidean distances."""
    inner = items @ centres.transpose(0, 2, 1)
    length = np.einsum("bkd,bkd->bk", centres, centres)
    found: Any = squares[:, :, None] - 2 * inner + length[:, None]
    distances: Block = np.maximum(found, 0)
    return distances


def _members(cluster: NDArray[Any], there: NDArray[np.bool_], clusters: int) -> Block:
    """float32[b, k, w]: 1 where an item is in a cluster."""
    number = np.arange(clusters)[None, :, None]
    members: Block = ((cluster[:, None] == number) & there[:, None]).astype(np.float32)
    return members
