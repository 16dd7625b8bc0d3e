"""Reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import Query
from palate.data.contributions import Affine
from palate_fusion.branches import check_weights, common_shape
from palate_fusion.combining import fused
from palate_fusion.contributions import amounts


@dataclass
class ReciprocalRankFusion:
    """Votes by rank: an item gets weight / (k + rank) from each branch.

    The rank of an item in a branch is one more than the number of items it scores higher, so that
    equal scores are equal votes. Items below the rank `depth` (no limit: null) get 0, and so do those
    the branch has no opinion on; an item that no branch has an opinion on stays NaN. `weights` by
    branch are 1 unless given.

    Cormack, Clarke and Büttcher, Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods, SIGIR 2009; there k is 60 and all weights are 1. It needs no tuning, but with
    equal weights a weak branch costs more than under tuned `weighted`.
    """

    name: ClassVar[str] = "rrf"

    k: Annotated[int, Ge(0)] = 60
    """Evens ranks out: the higher, the less the first place is worth beside the next."""
    depth: Annotated[int, Gt(0)] | None = 1000
    weights: dict[str, float] | None = None

    def check_branches(self, names: Iterable[str]) -> None:
        """Raises ComponentError where the weights are not for just these branches."""
        if self.weights is not None:
            check_weights(self.name, self.weights, names)

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items], the same for a person whoever else is asked for.

        Raises ComponentError where branches and weights, or the shapes of the blocks, differ.
        """
        shape = common_shape(self.name, scores)
        self.check_branches(scores)
        weights = self.weights or dict.fromkeys(scores, 1.0)
        return fused(shape, weights, lambda name, rows: self._votes(scores[name][rows]))

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """Each branch's vote for each person's one item; a vote does not tell what the score was made of."""
        weights = self.weights or dict.fromkeys(scores, 1.0)
        return amounts({name: weights[name] * self._votes(block) for name, block in scores.items()}, items)

    def _votes(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        return votes(scores, min(self.depth or scores.shape[1], scores.shape[1]), self.k)


def votes(scores: NDArray[np.float32], depth: int, k: int) -> NDArray[np.float32]:
    """float32[n, items]: 1 / (k + rank) down to the rank `depth`, then 0; NaN for no opinion."""
    missing = ~np.isfinite(scores)
    values = np.where(missing, np.float32(-np.inf), scores)
    items, best = top_k(values.copy(), depth)
    higher = np.ones(best.shape, bool)
    higher[:, 1:] = best[:, 1:] < best[:, :-1]
    ranks = np.maximum.accumulate(np.where(higher, np.arange(1, depth + 1), 0), axis=1)
    vote = (1 / (k + ranks)).astype(np.float32)
    result = np.zeros(scores.shape, np.float32)
    row, place = np.nonzero(items >= 0)
    result[row, items[row, place]] = vote[row, place]
    # Those level with the last one taken, but not taken for want of room.
    np.copyto(result, vote[:, -1:], where=values == best[:, -1:])
    result[missing] = np.nan
    return result
