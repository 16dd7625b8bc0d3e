"""The split that came with the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from annotated_types import Gt, Lt

from palate.data import PARTS, Dataset, Fold
from palate.errors import DataError
from palate_splits.shares import Repeats, held_out, places


@dataclass
class Column:
    """The split given with the data: the column `part` of the interactions.

    The source `files` makes one where it is given `test` or `validation` files, or where `columns: {part:
    NAME}` names a column with the words train, validation and test. Where the split has no
    validation part, `validation` takes that share of each user's training interactions for it, at
    random; shares are rounded to the nearest, and one of each user's stays in training. What is
    tested stays as it was given.
    """

    name: ClassVar[str] = "column"

    validation: Annotated[float, Gt(0), Lt(1)] | None = None
    """The share of what trains that validates, where the data leave nothing for that."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold. Raises DataError where there is no such column or it holds other numbers."""
        frame = dataset.interactions
        if "part" not in frame.columns:
            raise DataError(
                "splitter 'column' needs interactions that come with a part; the source has none: "
                "give it test files or `columns: {part: ...}`, or use 'temporal' or 'random'"
            )
        part = frame["part"]
        strange = part.null_count() + int((part > max(PARTS.values())).sum())
        if strange:
            raise DataError(f"{strange} interactions have no known part; parts are {PARTS}")
        given = Fold(part.to_numpy())
        if self.validation is not None and not given.count("validation"):
            given = _with_validation(given, dataset, self.validation, rng)
        yield given.check(dataset)


def _with_validation(fold: Fold, dataset: Dataset, share: float, rng: np.random.Generator) -> Fold:
    trains = fold.rows("train")
    training = dataset.with_interactions(dataset.interactions.filter(pl.Series(trains)))
    drawn = held_out(training, places(training, rng, by_time=False), 0.0, share)["validation"]
    part = fold.part.copy()
    part[np.flatnonzero(trains)[drawn]] = PARTS["validation"]
    return Fold(part)
