"""Splits by time: fitted on the past, evaluated on what comes after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset, Fold
from palate_splits.shares import (
    Repeats,
    Share,
    check_shares,
    newest_events,
    newest_moments,
    owners,
    portion,
    times,
)


@dataclass
class Temporal:
    """One moment for every user: the newest interactions test, the next newest validate.

    The only split in which nothing is fitted from the future. Interactions of one second stay
    together, so a part may be larger than its share. A user who appears only after the moment is
    evaluated without history.
    """

    name: ClassVar[str] = "temporal"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    test: Share = 0.1
    """Share that tests."""
    validation: Share = 0.1
    """Share that validates."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold. Raises ComponentError for shares of 1 and more, DataError without times."""
        check_shares(self.name, self.test, self.validation)
        time = times(dataset, self.name)
        before, test = newest(time, np.ones(len(time), bool), self.test)
        _, validation = newest(time, before, self.validation)
        yield Fold.from_masks(len(time), test=test, validation=validation).check(dataset)


@dataclass
class UserTemporal:
    """A moment for each user: the newest of their interactions test, the next newest validate.

    Shares are rounded to the nearest. Interactions of one second stay together, so a part may be larger
    than its share, and the oldest second of each user stays in training. Training interactions of one
    user may be later than test interactions of another.
    """

    name: ClassVar[str] = "user-temporal"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    test: Share = 0.1
    """Share that tests."""
    validation: Share = 0.1
    """Share that validates."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold. Raises ComponentError for shares of 1 and more, DataError without times."""
        check_shares(self.name, self.test, self.validation)
        times(dataset, self.name)
        counts = np.bincount(owners(dataset), minlength=dataset.users.height)
        tested, validated = portion(self.test, counts), portion(self.validation, counts)
        masks = newest_moments(dataset, rng, tested, validated)
        yield Fold.from_masks(dataset.interactions.height, **masks).check(dataset)


@dataclass
class LeaveOneOut:
    """The last interaction of each user tests, the one before it validates.

    Interactions of one second stay together: all of a user's last second tests. A user's oldest second
    stays in training, so that one with two interactions has none to validate, and one with a single
    interaction only trains. `validation: false` leaves the last but one in training.
    """

    name: ClassVar[str] = "leave-one-out"
    needs: ClassVar[frozenset[str]] = frozenset({"timestamps"})

    validation: bool = True
    single: bool = False
    """Take one interaction even where its second has several, chance deciding which, as published results
    often do: what is fitted then knows other interactions of the moment that is tested."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold. Raises DataError without times."""
        times(dataset, self.name)
        if self.single:
            masks = newest_events(dataset, rng, self.validation)
        else:
            one = np.ones(dataset.users.height, np.int64)
            masks = newest_moments(dataset, rng, one, one * self.validation)
        yield Fold.from_masks(dataset.interactions.height, **masks).check(dataset)


def newest(
    time: NDArray[np.int64], of: NDArray[np.bool_], share: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of the interactions `of`, those before the cut and those from it on.

    The share is one of all interactions. What happened in the second of the cut comes after it.
    """
    count = min(int(portion(share, len(time))), int(np.count_nonzero(of)))
    if not count:
        return of, np.zeros(len(time), bool)
    some = time[of]
    cut = np.partition(some, len(some) - count)[len(some) - count]
    return of & (time < cut), of & (time >= cut)
