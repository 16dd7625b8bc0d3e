"""Vectors seen from their mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_vectors.rows import check_width, learn


@dataclass
class Center:
    """The mean vector of the training items taken away from every item.

    Mean-pooled text vectors all point one way, so that any two of them look alike; what sets items
    apart is left once the common part is gone (Mu and Viswanath, "All-but-the-Top", ICLR 2018).
    """

    name: ClassVar[str] = "center"

    mean_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> Center:
        """Learn the mean of float32[n, d]; rows of zeros, items without text, are left out.

        Raises ComponentError where no row is left, or one is not finite.
        """
        self.mean_ = learn(vectors, self.name).mean.astype(np.float32)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, d] less the mean. A row of zeros stays zeros: it still stands for no text."""
        check_width(vectors, len(self.mean_), self.name)
        filled = vectors.any(axis=1, keepdims=True)
        return np.subtract(vectors, self.mean_, out=np.zeros_like(vectors), where=filled)
