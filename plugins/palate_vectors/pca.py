"""Principal components."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate_vectors.statistics import check_dimensions, check_width, directions, projected, statistics_of


@dataclass
class Pca:
    """Principal components of the vectors, those of most variance first.

    `skip` leaves out the first ones, which in text vectors often hold what all texts have in common
    (Mu and Viswanath, "All-but-the-Top", ICLR 2018). Pearson, 1901.
    """

    name: ClassVar[str] = "pca"

    dimensions: Annotated[int, Ge(1)] = 128
    """How many components are kept."""
    skip: Annotated[int, Ge(0)] = 0
    """How many of the first components are left out."""

    mean_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    matrix_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> Pca:
        """Fit to float32[n, d]; rows of zeros, items without text, are left out.

        Raises ComponentError where no row is left, one is not finite, or the vectors have fewer
        dimensions than `skip` and `dimensions` together.
        """
        check_dimensions(self.skip + self.dimensions, vectors.shape[1], self.name)
        found = statistics_of(vectors, self.name, together=True)
        _, basis = directions(found.covariance)
        self.mean_ = found.mean.astype(np.float32)
        kept = basis[:, self.skip : self.skip + self.dimensions]
        self.matrix_ = np.ascontiguousarray(kept, np.float32)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, dimensions]. A row of zeros stays zeros."""
        check_width(vectors, len(self.mean_), self.name)
        return projected(vectors, self.mean_, self.matrix_)
