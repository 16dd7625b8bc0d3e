"""Cross-validation: every interaction, or every user, is tested once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.data import Dataset, Fold
from palate.errors import DataError
from palate_splits.shares import Repeats, Share, owners, places, portion


@dataclass
class KFold:
    """Interactions or users are dealt into folds at random, and each fold tests once.

    Of interactions, each user's are dealt evenly, so that a user stands in as many folds as they have
    interactions, up to all. Of users, each tests with models that have not seen them: their oldest
    `given` events are their history, the newer ones are tested (without times, random ones); users with
    no more than that train in every fold. Where there are times, `rolling` is the more honest split:
    this one fits on the future.
    """

    name: ClassVar[str] = "k-fold"

    folds: Annotated[int, Ge(2)] = 5
    """How many folds, each with its own models."""
    of: Literal["interactions", "users"] = "interactions"
    """What is dealt into folds."""
    validation: Share = 0.1
    """Share that validates, of the interactions or users that do not test."""
    given: Annotated[int, Ge(0)] = 5
    """How many events of a tested user are known, where users are dealt."""
    repeats: Repeats = "discover"
    """Whether items that a user had seen before count in the test part."""

    def n_folds(self) -> int:
        return self.folds

    def ignores_time(self) -> bool:
        return self.of == "interactions"

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """So many folds, the same for the same generator.

        Raises DataError where they are more than the users or events to deal.
        """
        most = self._most(dataset)
        if self.folds > most:
            what = (
                f"{most} users with more than {self.given} events" if self.of == "users" else f"{most} events"
            )
            raise DataError(
                f"splitter {self.name!r}: {self.folds} `folds` need as many to test; there are {what}"
            )
        yield from self._of_users(dataset, rng) if self.of == "users" else self._of_events(dataset, rng)

    def _most(self, dataset: Dataset) -> int:
        """How many events or users may be dealt."""
        if self.of == "interactions":
            return dataset.interactions.height
        return int((np.bincount(owners(dataset), minlength=dataset.users.height) > self.given).sum())

    def _of_events(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        user, place = owners(dataset), places(dataset, rng, by_time=False)
        first = rng.integers(self.folds, size=dataset.users.height)
        dealt = (place + first[user]) % self.folds
        drawn = rng.random(len(user))
        for number in range(self.folds):
            test = dealt == number
            validation = _share_of_each(user, ~test, drawn, self.validation)
            yield Fold.from_masks(len(user), test=test, validation=validation).check(dataset)

    def _of_users(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        user = owners(dataset)
        counts = np.bincount(user, minlength=dataset.users.height)
        able = rng.permutation(np.flatnonzero(counts > self.given))
        dealt = np.full(len(counts), -1)
        dealt[able] = np.arange(len(able)) % self.folds
        known = places(dataset, rng, by_time=dataset.has_times) >= counts[user] - self.given
        for number in range(self.folds):
            rest = able[dealt[able] != number]
            validating = np.zeros(len(counts), bool)
            validating[rest[: int(portion(self.validation, len(rest)))]] = True
            test, validation = (dealt == number)[user], validating[user]
            masks = {
                "given": (test | validation) & known,
                "test": test & ~known,
                "validation": validation & ~known,
            }
            yield Fold.from_masks(len(user), **masks).check(dataset)


def _share_of_each(
    user: NDArray[np.int32], among: NDArray[np.bool_], drawn: NDArray[np.float64], share: float
) -> NDArray[np.bool_]:
    """A mask of this share of each user's events `among` these, at random; one of them stays."""
    rows = np.flatnonzero(among)
    order = rows[np.lexsort((drawn[rows], user[rows]))]
    counts = np.bincount(user[rows], minlength=int(user.max(initial=-1)) + 1)
    place = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = np.minimum(portion(share, counts), np.maximum(counts - 1, 0))
    found = np.zeros(len(user), bool)
    found[order[place < wanted[user[order]]]] = True
    return found
