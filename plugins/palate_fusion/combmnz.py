"""Sums that count how many branches agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Query
from palate.topk import top_k
from palate_fusion.branches import check_weights, common_shape
from palate_fusion.combining import few_rows, weighted_sum
from palate_fusion.normalising import METHODS, Method


@dataclass
class CombMNZ:
    """Weighted sum of normalised scores, times the number of branches that have the item near the top.

    A branch speaks for an item that stands among the person's `depth` best in it (all: null); what
    it says of the others counts for nothing. `normalize` should give no score below 0, as `min-max`
    does, or agreement would push items down. `weights` by branch are 1 unless given; a branch of
    weight 0 does not speak. An item that no branch speaks for has 0; one that none has an opinion
    on stays NaN.

    Fox and Shaw, Combination of multiple searches, TREC-2, 1994; Lee, Analyses of multiple evidence
    combination, SIGIR 1997.
    """

    name: ClassVar[str] = "combmnz"

    normalize: Method = "min-max"
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
        weights = {
            name: weight for name, weight in (self.weights or dict.fromkeys(scores, 1.0)).items() if weight
        }
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            voices = np.zeros(result[rows].shape, np.float32)
            parts = []
            for name, weight in weights.items():
                block = METHODS[self.normalize](scores[name][rows])
                spoken = self._spoken(block)
                voices += spoken
                parts.append((weight, np.where(spoken | np.isnan(block), block, np.float32(0))))
            result[rows] = weighted_sum(parts) * voices
        return result

    def _spoken(self, block: NDArray[np.float32]) -> NDArray[np.bool_]:
        """bool[n, items]: the items among each person's best, those level with the last included."""
        there = ~np.isnan(block)
        if self.depth is None or self.depth >= block.shape[1]:
            return there
        _, best = top_k(block.copy(), self.depth)
        return there & (block >= best[:, -1:])
