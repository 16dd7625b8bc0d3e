"""A batch of users to score for, and what a component may be fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.read_only import freeze, read_only
from palate.arrays.shallow import shallow
from palate.arrays.ties import Keys, history_number, history_numbers, tie_key, tie_keys
from palate.data.ageing import aged
from palate.data.history import History
from palate.data.items import Items


class Progress(Protocol):
    """Is told how much is done, and may be told more, in words and as numbers by name."""

    def __call__(self, done: int, total: int, message: str = "", /, **values: float) -> None: ...


def _silent(done: int, total: int, message: str = "", /, **values: float) -> None:
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
    """A batch of n users who ask for recommendations.

    `users` is int32[n], the row number of each user in the training data, -1 where unknown.
    `history` holds what each of them liked, which is what a component scores from. `interests` is
    float32[n, k, d], the interest vectors an aggregator made (a user with fewer than k repeats one), or
    None in a branch without text.

    Where the recipe has a feedback, `disliked` holds the events that speak against items, with
    strengths above 0, and `seen` every event; elsewhere both are None, and every event is a like.

    `rows` is int32[n], the row number of each user in the data, those too who are not in training; None
    where nobody has one. It decides ties only.
    """

    users: NDArray[np.int32]
    history: History
    interests: NDArray[np.float32] | None = None
    disliked: History | None = None
    seen: History | None = None
    rows: NDArray[np.int32] | None = None

    def __post_init__(self) -> None:
        freeze(self, "users", "interests", "rows")

    def __len__(self) -> int:
        return len(self.users)

    def take(self, rows: NDArray[np.integer] | slice) -> Query:
        """The same question for only these rows."""
        numbers = np.arange(len(self))[rows]
        interests = None if self.interests is None else self.interests[numbers]
        disliked, seen = (None if part is None else part.take(numbers) for part in (self.disliked, self.seen))
        known = None if self.rows is None else self.rows[numbers]
        return Query(self.users[numbers], self.history.take(numbers), interests, disliked, seen, known)

    @classmethod
    def joined(cls, queries: Sequence[Query]) -> Query:
        """The users of several queries without interests, one after another; they are `alike`."""
        disliked = [query.disliked for query in queries if query.disliked is not None]
        seen = [query.seen for query in queries if query.seen is not None]
        rows = [query.rows for query in queries if query.rows is not None]
        return cls(
            np.concatenate([query.users for query in queries]),
            History.joined([query.history for query in queries]),
            None,
            History.joined(disliked) if disliked else None,
            History.joined(seen) if seen else None,
            np.concatenate(rows) if rows else None,
        )

    @property
    def alike(self) -> tuple[Any, ...]:
        """What queries that can be joined have in common: which of their parts are there."""
        parts = (self.history, self.disliked, self.seen)
        held = tuple(None if part is None else part.holds for part in parts)
        return (*held, self.rows is None, self.interests is None)

    def ties(self, seed: int) -> Keys:
        """uint32[n]: by which key equal scores of each user are ordered, see `palate.arrays.ties`.

        It goes by the user's row, and for one without by the items of their history, so that a user
        gets the same order from every pipeline and in every batch.
        """
        events = self.masked
        rows = self.users if self.rows is None else self.rows
        if len(rows) == 1:
            row = int(rows[0])
            return np.array([tie_key(row if row >= 0 else history_number(events.items), seed)], np.uint32)
        unknown = history_numbers(events.items, events.indptr)
        return tie_keys(np.where(rows >= 0, rows.astype(np.uint64), unknown), seed)

    @property
    def masked(self) -> History:
        """Every event of each user, whatever it says: what is not recommended again."""
        return self.history if self.seen is None else self.seen

    def opinions(
        self, strength: bool = True, disliked: float = 0.0, half_life: float | None = None
    ) -> sp.csr_array:
        """Users x items, float32: how strongly each item is liked, less `disliked` times how strongly not.

        Without `strength` all likes, and all dislikes, count alike. With `half_life` a like counts half as
        much for every so many days, see `palate.data.ageing`. It is the matrix of the history where nothing
        of this says anything.
        """
        liked = self.history.weights if strength else self.history.matrix
        if half_life is not None:
            liked = liked.multiply(aged(self.history, half_life)).tocsr()
        if self.disliked is None or not disliked:
            return liked
        against = self.disliked.weights if strength else self.disliked.matrix
        return (liked - np.float32(disliked) * against).tocsr()

    def with_interests(self, interests: NDArray[np.float32]) -> Query:
        found = shallow(self)  # nothing else is to be checked again
        found.__dict__["interests"] = read_only(interests)
        return found


@dataclass(frozen=True)
class Training:
    """What a component may be fitted on: never the test part.

    `history` has one row for every user in `users` (empty for those not in training); `items` is
    the whole catalogue, cold items too. `vectors` is float32[items, d], the branch's item vectors
    after its transforms, or None in a branch without text. All randomness comes from `rng()`.

    `history` holds likes, with their `weights`. Where the recipe has a feedback, `disliked` holds the
    events that speak against items, with strengths above 0, and `seen` every event with the strength it
    was given; elsewhere both are None, and every event is a like.

    `text`, one an item, and `reader`, whose `vectors(texts)` brings any text among the item vectors,
    are there for a component with "encoder" in its `needs`.

    `checkpoints` is a folder in which a long fit may keep where it stands (see `palate.training`), or
    None. It belongs to this fit alone, and is removed once what was fitted is in the store.
    """

    history: History
    items: Items
    users: pl.DataFrame
    vectors: NDArray[np.float32] | None = None
    seed: int = 0
    progress: Progress = field(default=_silent, compare=False)
    text: pl.Series | None = None
    reader: TextReader | None = None
    disliked: History | None = None
    seen: History | None = None
    checkpoints: Path | None = field(default=None, compare=False)

    @property
    def events(self) -> History:
        """Every event, whatever it says."""
        return self.history if self.seen is None else self.seen

    def __post_init__(self) -> None:
        freeze(self, "vectors")

    def rng(self) -> np.random.Generator:
        """A fresh generator, the same for the same seed."""
        return np.random.default_rng(self.seed)
