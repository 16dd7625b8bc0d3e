"""The split that came with the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate.data import PARTS, Dataset, Fold
from palate.errors import DataError


@dataclass
class Column:
    """The split given with the data: the column `part` of the interactions.

    The source `files` makes one where it is given `test` or `validation` files.
    """

    name: ClassVar[str] = "column"

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold. Raises DataError where there is no such column or it holds other numbers."""
        frame = dataset.interactions
        if "part" not in frame.columns:
            raise DataError(
                "splitter 'column' needs interactions that come with a part; the source has none: "
                "give it test files, or use 'temporal' or 'random'"
            )
        part = frame["part"]
        strange = part.null_count() + int((part > max(PARTS.values())).sum())
        if strange:
            raise DataError(f"{strange} interactions have no known part; parts are {PARTS}")
        yield Fold(part.to_numpy()).check(dataset)
