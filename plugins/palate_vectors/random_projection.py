"""Random projection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_vectors.statistics import check_finite, check_width, projected


@dataclass
class RandomProjection:
    """Vectors times a random matrix: fewer dimensions, about the same distances.

    Entries are drawn from a normal distribution of variance 1 / dimensions, so that squared lengths
    keep their expected value (Johnson and Lindenstrauss, 1984). Only the width is fitted.
    """

    name: ClassVar[str] = "random-projection"

    dimensions: Annotated[int, Ge(1)] = 128
    """How many dimensions the result has."""
    seed: Annotated[int, Ge(0), Le(2**32 - 1)] = 0
    """Another seed draws another matrix."""

    matrix_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> RandomProjection:
        """Draw the matrix for float32[n, d]. Raises ComponentError for vectors that are not finite."""
        check_finite(vectors, self.name)
        drawn = np.random.default_rng(self.seed).normal(size=(vectors.shape[1], self.dimensions))
        self.matrix_ = (drawn / np.sqrt(self.dimensions)).astype(np.float32)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, dimensions]. A row of zeros stays zeros."""
        check_width(vectors, len(self.matrix_), self.name)
        return projected(vectors, np.zeros(vectors.shape[1], np.float32), self.matrix_)
