"""Whitening: uncorrelated features of equal variance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError
from palate_vectors.statistics import check_width, directions, projected, statistics_of


@dataclass
class Whiten:
    """Whitened vectors: centred, with uncorrelated features of variance 1.

    The symmetric (ZCA) matrix is used, which changes vectors least. With `groups` above 1 whitening
    is relaxed: features are divided into so many groups of neighbours, and only those of one group are
    made uncorrelated, which keeps more of the language model's similarities
    (Zhang et al., "Are ID embeddings necessary?", ICDE 2024). Su et al., "Whitening sentence
    representations", 2021.
    """

    name: ClassVar[str] = "whiten"

    groups: Annotated[int, Ge(1)] = 1
    """1 whitens fully; more relax it, each feature on its own at the most."""
    shrink: Annotated[float, Ge(0)] = 0.01
    """Added to the variance of each direction, as a share of the mean variance: directions in which
    the training items hardly differ are noise, and are blown up less."""

    mean_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    matrix_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> Whiten:
        """Fit to float32[n, d]; rows of zeros, items without text, are left out.

        Raises ComponentError where no row is left, one is not finite, or there are more groups than
        features.
        """
        width = vectors.shape[1]
        if self.groups > width:
            raise ComponentError(
                f"transform 'whiten' is to make {self.groups} groups of {width} features; set `groups` to at "
                "most that"
            )
        found = statistics_of(vectors, self.name, together=True)
        matrix = np.zeros((width, width))
        for group in np.array_split(np.arange(width), self.groups):
            own = np.ix_(group, group)
            matrix[own] = self._symmetric(found.covariance[own])
        self.mean_, self.matrix_ = found.mean.astype(np.float32), matrix.astype(np.float32)
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, d]. A row of zeros stays zeros."""
        check_width(vectors, len(self.mean_), self.name)
        return projected(vectors, self.mean_, self.matrix_)

    def _symmetric(self, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[d, d]: the inverse square root of the covariance, as far as the data have rank."""
        values, basis = directions(covariance)
        least = values[0] * 1e-10
        larger = values + self.shrink * values.mean()
        root = np.divide(1, np.sqrt(larger), out=np.zeros_like(values), where=larger > least)
        symmetric: NDArray[np.float64] = (basis * root) @ basis.T
        return symmetric
