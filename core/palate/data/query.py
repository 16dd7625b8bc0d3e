"""What a component is asked, and what it may learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data.history import History
from palate.data.items import Items

Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Nobody is watching."""


class TextReader(Protocol):
    """Reads texts that are no item's, as the branch reads its items (`palate.pipeline.reader`)."""

    @property
    def middle(self) -> Any:
        """float32[w]: the mean of what the encoder gives for the items in training."""

    def encoded(self, texts: Sequence[str] | pl.Series) -> NDArray[np.float32]:
        """float32[n, w], row i for texts[i], as the encoder gives it."""

    def placed(self, encoded: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[n, d] from float32[n, w]: after the branch's transforms, among its items."""

    def vectors(self, texts: Sequence[str] | pl.Series) -> NDArray[np.float32]:
        """float32[n, d], row i for texts[i], among the items."""


@dataclass(frozen=True)
class Query:
    """A batch of n people who ask for recommendations.

    `users` is int32[n], the row number of each person in the training data, -1 where unknown.
    `history` holds what each of them did. `interests` is float32[n, k, d], the interest vectors
    an aggregator made (a person with fewer than k repeats one), or None in a branch without text.
    """

    users: NDArray[np.int32]
    history: History
    interests: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.users)

    def take(self, rows: NDArray[np.integer] | slice) -> Query:
        """The same question for only these rows."""
        numbers = np.arange(len(self))[rows]
        interests = None if self.interests is None else self.interests[numbers]
        return Query(self.users[numbers], self.history.take(numbers), interests)

    def with_interests(self, interests: NDArray[np.float32]) -> Query:
        return replace(self, interests=interests)


@dataclass(frozen=True)
class Training:
    """What a component may learn from: never the test part.

    `history` has one row for every user in `users` (empty for those not in training); `items` is
    the whole catalogue, cold items too. `vectors` is float32[items, d], the branch's item vectors
    after its transforms, or None in a branch without text. All randomness comes from `rng()`.

    `text`, one an item, and `reader`, whose `vectors(texts)` brings any text among the item vectors,
    are there for a component with "encoder" in its `needs`.
    """

    history: History
    items: Items
    users: pl.DataFrame
    vectors: NDArray[np.float32] | None = None
    seed: int = 0
    progress: Progress = field(default=_silent, compare=False)
    text: pl.Series | None = None
    reader: TextReader | None = None

    def rng(self) -> np.random.Generator:
        """A fresh generator, the same for the same seed."""
        return np.random.default_rng(self.seed)
