"""Centred vectors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_vectors.statistics import check_width, statistics_of


@dataclass
class Center:
    """Vectors less the mean vector of the training items.

    Mean-pooled text vectors all point in about one direction, so that any two of them look similar;
    without the common part the differences remain (Mu and Viswanath, "All-but-the-Top", ICLR 2018).
    """

    name: ClassVar[str] = "center"

    mean_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> Center:
        """Compute the mean of float32[n, d]; rows of zeros, items without text, are left out.

        Raises ComponentError where no row is left, or one is not finite.
        """
        self.mean_ = statistics_of(vectors, self.name).mean.astype(np.float32)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, d] less the mean. A row of zeros, an item without text, stays zeros."""
        check_width(vectors, len(self.mean_), self.name)
        filled = vectors.any(axis=1, keepdims=True)
        return np.subtract(vectors, self.mean_, out=np.zeros_like(vectors), where=filled)
