"""How different the recommendations for a user are from one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.item_values import attribute_matrix
from palate_metrics.relevance import with_relevant


@dataclass
class IntraListDiversity:
    """Mean distance of all pairs among the first k, by an attribute of the items.

    The distance is Jaccard's: 1 - (values in common / values of either). Pairs in which an item
    has no value are left out. Attributes are used since a distance in the space that a model ranks by
    would evaluate the model by itself. Smyth and McClave, Similarity vs. diversity,
    ICCBR 2001; Ziegler et al., Improving recommendation lists through topic diversification, WWW 2005.
    """

    name: ClassVar[str] = "intra-list-diversity"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(1)] = 10
    """How many of the first places count."""
    attribute: str = "genres"
    """The attribute of the items that is compared."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant items, or without a pair to compare.

        Raises ComponentError where the items have no such attribute.
        """
        values = attribute_matrix(self.name, truth, self.attribute)
        size = np.append(np.diff(values.indptr), 0)
        items = ranking.items[:, : self.k]
        total, pairs = np.zeros(len(ranking)), np.zeros(len(ranking))
        for apart in range(1, items.shape[1]):
            left, right = items[:, :-apart], items[:, apart:]
            sizes = size[left], size[right]
            there = (sizes[0] > 0) & (sizes[1] > 0)
            common = np.zeros(left.shape)
            common[there] = values[left[there]].multiply(values[right[there]]).sum(axis=1)
            total += np.where(there, 1 - common / np.maximum(sum(sizes) - common, 1), 0.0).sum(axis=1)
            pairs += np.count_nonzero(there, axis=1)
        return with_relevant(np.where(pairs > 0, total / np.maximum(pairs, 1), np.nan), truth)
