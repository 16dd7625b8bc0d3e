"""A random share of each user's interactions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge

from palate.data import Dataset, Fold
from palate_splits.shares import Repeats, Share, check_shares, held_out, places


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
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def ignores_time(self) -> bool:
        return True

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold, the same for the same generator. Raises ComponentError for shares of 1 and more."""
        check_shares(self.name, self.test, self.validation)
        masks = held_out(dataset, places(dataset, rng, by_time=False), self.test, self.validation)
        yield Fold.from_masks(dataset.interactions.height, **masks).check(dataset)


@dataclass
class Repeated:
    """A random share of each user's interactions tests, another validates, several times anew.

    Each time is a fold with its own models. A user's values are averaged over the folds, so that the
    result hangs less on one draw.
    """

    name: ClassVar[str] = "repeated"

    times: Annotated[int, Ge(2)] = 5
    """How many times."""
    test: Share = 0.2
    """Share that tests, each time."""
    validation: Share = 0.1
    """Share that validates, each time."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def n_folds(self) -> int:
        return self.times

    def ignores_time(self) -> bool:
        return True

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """So many folds, the same for the same generator. Raises ComponentError for shares of 1 and more."""
        check_shares(self.name, self.test, self.validation)
        for _ in range(self.times):
            masks = held_out(dataset, places(dataset, rng, by_time=False), self.test, self.validation)
            yield Fold.from_masks(dataset.interactions.height, **masks).check(dataset)
