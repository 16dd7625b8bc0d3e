"""Splits into items or users that are not in the training part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.data import Dataset, Fold
from palate_splits.shares import Repeats, Share, check_shares, owners, places, portion


@dataclass
class ColdItems:
    """A random share of the items is held out: every interaction with them is in the test part.

    Shares are of the items with interactions. Another share is held out for validation likewise.
    """

    name: ClassVar[str] = "cold-items"

    test: Share = 0.1
    """Share of the items that tests."""
    validation: Share = 0.1
    """Share of the items that validates."""

    def ignores_time(self) -> bool:
        return True

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold, the same for the same generator. Raises ComponentError for shares of 1 and more."""
        check_shares(self.name, self.test, self.validation)
        item = dataset.interactions["item"].to_numpy()
        test, validation = _drawn(np.unique(item), self.test, self.validation, rng)
        masks = {"test": np.isin(item, test), "validation": np.isin(item, validation)}
        yield Fold.from_masks(len(item), **masks).check(dataset)


@dataclass
class ColdUsers:
    """A random share of the users is held out: some events of each are given, the rest is the test part.

    Shares are of the users with more than `given` events, since the others have nothing to be
    evaluated on; they train. The oldest events are given and the newer ones are the truth; without
    times, random ones. Another share of the users validates likewise.
    """

    name: ClassVar[str] = "cold-users"

    test: Share = 0.1
    """Share of the users who test."""
    validation: Share = 0.1
    """Share of the users who validate."""
    given: Annotated[int, Ge(0)] = 5
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold, the same for the same generator. Raises ComponentError for shares of 1 and more."""
        check_shares(self.name, self.test, self.validation)
        user = owners(dataset)
        counts = np.bincount(user, minlength=dataset.users.height)
        able = np.flatnonzero(counts > self.given)
        test, validation = (np.isin(user, some) for some in _drawn(able, self.test, self.validation, rng))
        after = places(dataset, rng, by_time=dataset.has_times)
        known = after >= counts[user] - self.given
        masks = {
            "given": (test | validation) & known,
            "test": test & ~known,
            "validation": validation & ~known,
        }
        yield Fold.from_masks(len(user), **masks).check(dataset)


def _drawn(
    rows: NDArray[Any], test: float, validation: float, rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Two random shares of the rows without common members."""
    mixed = rng.permutation(rows)
    first = int(portion(test, len(rows)))
    return mixed[:first], mixed[first : first + int(portion(validation, len(rows)))]
