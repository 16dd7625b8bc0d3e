"""The probability of each item, given a user's interests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.components.contracts import Scores, Vectors
from palate.data import Query, Training
from palate_content.inputs import interests_of, item_vectors


@dataclass
class SoftmaxSimilarity:
    """Items by their probability: R = softmax(V·I / temperature + b), the mean over interests.

    V are the item vectors and I an interest. The bias b is `popularity` times log(1 + users of
    the item): 0 leaves it out, and 1 makes popularity the prior. Scores are positive, and sum to 1 over
    the items that have a vector. Several interests count the same, so an item may match one of them.
    """

    name: ClassVar[str] = "softmax-similarity"
    needs: ClassVar[frozenset[str]] = frozenset({"vectors", "interests", "history"})

    temperature: Annotated[float, Gt(0)] = 0.1
    """Low: only the best matches of an interest count; high: all items are equal, but for the bias."""
    popularity: Annotated[float, Ge(0)] = 0.0
    """Weight of the logarithm of popularity."""

    vectors_: Vectors = field(init=False, repr=False, compare=False)
    blank_: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    bias_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> SoftmaxSimilarity:
        """Keep the item vectors, and compute the bias. Raises ComponentError where there are none."""
        self.vectors_, self.blank_ = item_vectors(training, self.name)
        self.bias_ = (self.popularity * np.log1p(training.history.popularity)).astype(np.float32)
        return self

    def score(self, query: Query) -> Scores:
        """float32[n, items]; NaN for items without a vector, and for users without an interest."""
        given = interests_of(query, self.vectors_.shape[1])
        users, interests, width = given.shape
        logits = row_product(given.reshape(users * interests, width), self.vectors_)
        logits /= np.float32(self.temperature)
        logits += self.bias_
        logits[:, self.blank_] = -np.inf
        logits -= np.maximum(logits.max(axis=1, keepdims=True, initial=-np.inf), np.finfo(np.float32).min)
        np.exp(logits, out=logits)
        total = logits.sum(axis=1, keepdims=True)
        np.divide(logits, total, out=logits, where=total > 0)
        scores = logits if interests == 1 else logits.reshape(users, interests, -1).mean(axis=1)
        scores[:, self.blank_] = np.nan
        scores[~given.any(axis=(1, 2))] = np.nan
        return scores
