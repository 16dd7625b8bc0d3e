"""A weighted sum that favours the items on which branches agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import Query
from palate.data.contributions import Affine
from palate_fusion.branches import TopOfBranches, common_shape
from palate_fusion.contributions import parts_of
from palate_fusion.normalisation import METHODS, Method
from palate_fusion.weighted_sum import few_rows, weighted_sum


@dataclass
class CombMNZ(TopOfBranches):
    """Weighted sum of normalised scores, times the number of branches with the item near the top.

    A branch votes for the `depth` items that it scores highest for a user (null: all); its scores of
    the others do not count. `normalize` should give no score below 0, as `min-max` does, or agreement
    would push items down. A branch of weight 0 has no vote. An item without votes has 0; one that no
    branch has a score for stays NaN.

    Fox and Shaw, Combination of multiple searches, TREC-2, 1994; Lee, Analyses of multiple evidence
    combination, SIGIR 1997.
    """

    name: ClassVar[str] = "combmnz"

    normalize: Method = "min-max"
    """How the scores of each user and branch are made comparable."""

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items]; a user's row does not depend on the others in the query.

        Raises ComponentError where branches and weights, or the shapes of the blocks, differ.
        """
        shape = common_shape(self.name, scores)
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            parts, votes = self._parts(scores, rows)
            result[rows] = weighted_sum(parts.values()) * votes
        return result

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """What each branch contributes to the score of one item a user; not for `normalize: rank`."""
        parts, votes = self._parts(scores, slice(None))
        at = np.arange(len(items)), items
        weights = {name: weight for name, (weight, _) in parts.items()}
        found = parts_of(scores, weights, self.normalize, items)
        counted = {name: np.nan_to_num(block[at]) != 0 for name, (_, block) in parts.items()}
        return Affine(
            {name: np.where(counted.get(name, False), found.slope[name] * votes[at], 0) for name in scores},
            {name: np.where(counted.get(name, False), found.shift[name] * votes[at], 0) for name in scores},
            found.rest,
        )

    def _parts(
        self, scores: Mapping[str, NDArray[np.float32]], rows: slice
    ) -> tuple[dict[str, tuple[float, NDArray[np.float32]]], NDArray[np.float32]]:
        """By branch its weight and its scores that count, float32[n, items]; and the votes for each item."""
        votes = np.zeros(next(iter(scores.values()))[rows].shape, np.float32)
        parts = {}
        for name, weight in self._weights(scores).items():
            if weight:
                block = METHODS[self.normalize](scores[name][rows])
                best = self._best(block)
                votes += best
                parts[name] = (weight, np.where(best | np.isnan(block), block, np.float32(0)))
        return parts, votes

    def _best(self, block: NDArray[np.float32]) -> NDArray[np.bool_]:
        """bool[n, items]: each user's `depth` best items, with those whose score equals the last of them."""
        there = ~np.isnan(block)
        if self.depth is None or self.depth >= block.shape[1]:
            return there
        _, best = top_k(block.copy(), self.depth)
        return there & (block >= best[:, -1:])
