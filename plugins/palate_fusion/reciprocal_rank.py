"""Reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import Query
from palate.data.contributions import Affine
from palate_fusion.branches import TopOfBranches, common_shape
from palate_fusion.contributions import amounts
from palate_fusion.weighted_sum import fused


@dataclass
class ReciprocalRankFusion(TopOfBranches):
    """Reciprocal rank fusion: an item gets weight / (k + rank) from each branch.

    The rank of an item in a branch is one more than the number of items with a higher score, so that
    equal scores get equal votes. Items below the rank `depth` (null: no limit) get 0, and so do those
    the branch has no score for; an item that no branch has a score for stays NaN.

    Cormack, Clarke and Büttcher, Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods, SIGIR 2009; there k is 60 and all weights are 1. It needs no tuning, but with
    equal weights a weak branch costs more than under tuned `weighted`.
    """

    name: ClassVar[str] = "rrf"

    k: Annotated[int, Ge(0)] = 60
    """The higher, the smaller the difference between the first rank and the next."""

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a user's row does not depend on the others in the query.

        Raises ComponentError where branches and weights, or the shapes of the blocks, differ.
        """
        shape = common_shape(self.name, scores)
        return fused(shape, self._weights(scores), lambda name, rows: self._votes(scores[name][rows]))

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """Each branch's vote for one item a user, which depends on the rank alone."""
        weights = self._weights(scores)
        return amounts({name: weights[name] * self._votes(block) for name, block in scores.items()}, items)

    def _votes(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        return votes(scores, min(self.depth or scores.shape[1], scores.shape[1]), self.k)


def votes(scores: NDArray[np.float32], depth: int, k: int) -> NDArray[np.float32]:
    """float32[n, items]: 1 / (k + rank) down to the rank `depth`, then 0; NaN without a score."""
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
    # Items whose score equals that of the last one taken.
    np.copyto(result, vote[:, -1:], where=values == best[:, -1:])
    result[missing] = np.nan
    return result
