"""Feature selection by mutual information."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import Items
from palate.data.attributes import values_of
from palate.errors import ComponentError
from palate_vectors.mutual_information import binned, mutual_information
from palate_vectors.statistics import check_dimensions, check_width, sample

ITEMS = 20_000


@dataclass
class SelectInformation:
    """The `dimensions` features with the most mutual information with an attribute of the items.

    I(X; Y) = Σ p(x, y) log(p(x, y) / (p(x) p(y))), in nats, counted over the training items, at
    most 20,000 evenly spaced ones: x is the feature's bin, of `bins` that hold equally many
    items, and y whether the item has a value of the attribute. A feature's value is the sum
    over the values of the attribute. Without one, y is the item's cluster among `groups` that k-means
    finds in the vectors themselves, so that features are kept that correlate with many others.
    Battiti, "Using mutual information for selecting features in supervised neural net learning", 1994.
    """

    name: ClassVar[str] = "select-information"

    dimensions: Annotated[int, Ge(1)] = 128
    """How many features are kept."""
    attribute: str | None = None
    """A column of the items, such as genres: values, lists, or texts with commas or bars between."""
    bins: Annotated[int, Ge(2), Le(256)] = 8
    """How many bins a feature is divided into."""
    groups: Annotated[int, Ge(2), Le(1000)] = 20
    """How many clusters k-means finds where there is no attribute."""

    width_: int = field(init=False, repr=False, compare=False)
    kept_: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def wants_items(self) -> bool:
        """Whether `fit` needs the items."""
        return self.attribute is not None

    def fit(self, vectors: Vectors, items: Items | None = None) -> SelectInformation:
        """Choose among the features of float32[n, d], row i that of items row i.

        Rows of zeros, items without text, are left out. Raises ComponentError where no row is left,
        one is not finite, there are too few features, or the items do not have the attribute.
        """
        self.width_ = vectors.shape[1]
        check_dimensions(self.dimensions, self.width_, self.name)
        rows = sample(vectors, self.name, ITEMS)
        wide = vectors[rows].astype(np.float64)
        labels = self._groups(wide) if self.attribute is None else self._values(items)[rows]
        worth = mutual_information(binned(wide, self.bins), self.bins, labels)
        self.kept_ = np.sort(np.argsort(-worth, kind="stable")[: self.dimensions])
        return self

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, dimensions], the features kept in the order they had."""
        check_width(vectors, self.width_, self.name)
        return np.ascontiguousarray(vectors[:, self.kept_])

    def _values(self, items: Items | None) -> NDArray[np.float32]:
        if items is None:
            raise ComponentError("transform 'select-information' with an attribute needs the training items")
        labels: NDArray[np.float32] = values_of(items, str(self.attribute)).matrix.toarray()
        return labels

    def _groups(self, wide: NDArray[np.float64]) -> NDArray[np.float32]:
        """float32[n, groups]: 1 for the cluster of each row, from a fixed start."""
        from scipy.cluster.vq import kmeans2

        start = wide[np.linspace(0, len(wide) - 1, min(self.groups, len(wide))).astype(np.int64)]
        _, group = kmeans2(wide, start, minit="matrix", missing="warn")
        labels: NDArray[np.float32] = np.eye(len(start), dtype=np.float32)[group]
        return labels
