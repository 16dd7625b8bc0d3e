"""Features of mean 0 and variance 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_vectors.statistics import check_width, statistics_of


@dataclass
class Standardise:
    """Each feature less its mean over the training items, divided by its standard deviation.

    A feature that is the same in all training items becomes 0 everywhere.
    """

    name: ClassVar[str] = "standardise"

    mean_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    scale_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> Standardise:
        """Compute mean and deviation of float32[n, d]; rows of zeros, items without text, are left out.

        Raises ComponentError where no row is left, or one is not finite.
        """
        found = statistics_of(vectors, self.name)
        deviation = np.sqrt(found.variance)
        least = 1e-6 * np.abs(vectors).max()
        self.mean_ = found.mean.astype(np.float32)
        scale = np.divide(1, deviation, out=np.zeros_like(deviation), where=deviation > least)
        self.scale_ = scale.astype(np.float32)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, d]. A row of zeros stays zeros."""
        check_width(vectors, len(self.mean_), self.name)
        filled = vectors.any(axis=1, keepdims=True)
        centred = np.subtract(vectors, self.mean_, out=np.zeros_like(vectors), where=filled)
        return centred * self.scale_
