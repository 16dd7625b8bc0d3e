"""Sums that count how many branches agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import Query
from palate.data.contributions import Affine
from palate_fusion.branches import check_weights, common_shape
from palate_fusion.combining import few_rows, weighted_sum
from palate_fusion.contributions import parts_of
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
        result = np.empty(shape, np.float32)
        for rows in few_rows(*shape):
            parts, voices = self._parts(scores, rows)
            result[rows] = weighted_sum(parts.values()) * voices
        return result

    def explain(
        self, scores: Mapping[str, NDArray[np.float32]], query: Query, items: NDArray[np.int32]
    ) -> Affine:
        """How each person's score of one item is made of the branches'; not for `normalize: rank`."""
        parts, voices = self._parts(scores, slice(None))
        at = np.arange(len(items)), items
        weights = {name: weight for name, (weight, _) in parts.items()}
        found = parts_of(scores, weights, self.normalize, items)
        spoken = {name: np.nan_to_num(block[at]) != 0 for name, (_, block) in parts.items()}
        return Affine(
            {name: np.where(spoken.get(name, False), found.slope[name] * voices[at], 0) for name in scores},
            {name: np.where(spoken.get(name, False), found.shift[name] * voices[at], 0) for name in scores},
            found.rest,
        )

    def _parts(
        self, scores: Mapping[str, NDArray[np.float32]], rows: slice
    ) -> tuple[dict[str, tuple[float, NDArray[np.float32]]], NDArray[np.float32]]:
        """By branch its weight and what it says, float32[n, items], and how many speak for each item."""
        given = self.weights or dict.fromkeys(scores, 1.0)
        voices = np.zeros(next(iter(scores.values()))[rows].shape, np.float32)
        parts = {}
        for name, weight in given.items():
            if weight:
                block = METHODS[self.normalize](scores[name][rows])
                spoken = self._spoken(block)
                voices += spoken
                parts[name] = (weight, np.where(spoken | np.isnan(block), block, np.float32(0)))
        return parts, voices

    def _spoken(self, block: NDArray[np.float32]) -> NDArray[np.bool_]:
        """bool[n, items]: the items among each person's best, those level with the last included."""
        there = ~np.isnan(block)
        if self.depth is None or self.depth >= block.shape[1]:
            return there
        _, best = top_k(block.copy(), self.depth)
        return there & (block >= best[:, -1:])
