"""Item-based nearest neighbours: what is like the things this person met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate.data import Query, Training
from palate.data.contributions import Contributions, summed
from palate.errors import ComponentError
from palate_neighbours.nearest import nearest
from palate_neighbours.similarity import Measure, between, weighted


@dataclass
class ItemKNN:
    """Items that are near to what the person met, by who else met them.

    An item's score is the sum of its similarities to those of its `neighbours` nearest items that
    the person met (Sarwar et al. 2001; Deshpande and Karypis 2004). `similarity` is

    - `cosine`: people in common / √(people of one · people of the other);
    - `jaccard`: people in common / people of either;
    - `tfidf`: cosine, each person weighing log((1 + items) / (1 + items they met));
    - `bm25`: the product of Okapi BM25 weights (k1 1.2, b 0.75), items being the documents and
      people the words.

    `shrink` is added to the denominator, so that items with few people are near to nothing.
    """

    name: ClassVar[str] = "item-knn"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    cost: ClassVar[dict[str, float]] = {"items": 2}

    neighbours: Annotated[int, Ge(1)] = 100
    similarity: Measure = "cosine"
    shrink: Annotated[float, Ge(0)] = 0.0

    similarity_: SparseWeights = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> ItemKNN:
        """Find each item's nearest items: sparse float32[items, items], one column an item.

        Raises ComponentError if `shrink` is set with `bm25`, which has no denominator.
        """
        if self.shrink and self.similarity == "bm25":
            raise ComponentError(
                "ranker 'item-knn': similarity 'bm25' has no denominator to add `shrink` to; "
                "leave `shrink` out, or use 'cosine', 'jaccard' or 'tfidf'"
            )
        matrix = weighted(training.history.matrix, self.similarity)
        near = nearest(matrix, self.neighbours, between(matrix, self.similarity, self.shrink))
        self.similarity_ = SparseWeights(near)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: 0 for an item with no neighbour among what the person met."""
        return history_product(query.history.matrix, self.similarity_)

    def explain(self, query: Query, items: NDArray[np.int32]) -> Contributions:
        """The similarity of each item met to the one asked about."""
        return summed(query, self.similarity_, items)
