"""A random share of each user's interactions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate.data import Dataset, Fold
from palate_splits.shares import Share, check_shares, held_out, places


@dataclass
class Random:
    """A random share of each user's interactions tests, another validates.

    Shares are rounded to the nearest; one interaction of each user always stays in training.
    What is tested does not depend on the share that validates. Where there are times, `temporal`
    is the more honest split: with this one, models are fitted on the future.
    """

    name: ClassVar[str] = "random"

    test: Share = 0.2
    """Share that tests."""
    validation: Share = 0.1
    """Share that validates."""

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold, the same for the same generator. Raises ComponentError for shares of 1 and more."""
        check_shares(self.name, self.test, self.validation)
        masks = held_out(dataset, places(dataset, rng, by_time=False), self.test, self.validation)
        yield Fold.from_masks(dataset.interactions.height, **masks).check(dataset)
