"""Vectors of length one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate.components.contracts import Vectors
from palate_vectors.statistics import check_finite


@dataclass
class L2:
    """Every vector divided by its Euclidean length, so that only its direction counts."""

    name: ClassVar[str] = "l2"

    def fit(self, vectors: Vectors) -> L2:
        """Nothing is fitted. Raises ComponentError for vectors that are not finite."""
        check_finite(vectors, self.name)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, d] of unit rows; a row of zeros stays zeros, and one with NaN shows it."""
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit = np.zeros_like(vectors)
        np.divide(vectors, length, out=unit, where=length != 0)
        return unit
