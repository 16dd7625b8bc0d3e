"""Feature selection by variance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_vectors.statistics import check_dimensions, check_width, statistics_of


@dataclass
class SelectVariance:
    """The `dimensions` features with the most variance over the training items, unchanged."""

    name: ClassVar[str] = "select-variance"

    dimensions: Annotated[int, Ge(1)] = 128
    """How many features are kept."""

    width_: int = field(init=False, repr=False, compare=False)
    kept_: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> SelectVariance:
        """Choose among the features of float32[n, d]; rows of zeros, items without text, are left out.

        Raises ComponentError where no row is left, one is not finite, or there are too few features.
        """
        self.width_ = vectors.shape[1]
        check_dimensions(self.dimensions, self.width_, self.name)
        order = np.argsort(-statistics_of(vectors, self.name).variance, kind="stable")
        self.kept_ = np.sort(order[: self.dimensions])
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, dimensions], the features kept in the order they had."""
        check_width(vectors, self.width_, self.name)
        return np.ascontiguousarray(vectors[:, self.kept_])
