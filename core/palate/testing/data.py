"""Small made-up data whose right answers are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import PARTS, Dataset, History, Items, Query, Training, Truth, ValidationScores
from palate.data.query import Progress
from palate.testing.reading import with_letters

USERS, CATALOGUE, DIMENSIONS = 40, 20, 8


def training_of(
    lists: Sequence[Sequence[int]], n_items: int, seed: int = 0, progress: Progress | None = None
) -> Training:
    """One user a list of item row numbers, oldest first; items without attributes."""
    items, users = pl.DataFrame({"id": range(n_items)}), pl.DataFrame({"id": range(len(lists))})
    training = Training(History.from_lists(lists, n_items), Items(items), users, seed=seed)
    return training if progress is None else replace(training, progress=progress)


def asking(lists: Sequence[Sequence[int]], n_items: int, users: Sequence[int] | None = None) -> Query:
    """Users with these histories; `users` are their row numbers, -1 (unknown) if not given."""
    numbers = np.full(len(lists), -1, np.int32) if users is None else np.array(users, np.int32)
    return Query(numbers, History.from_lists(lists, n_items))


def tuning_of(
    scores: Mapping[str, NDArray[np.float32]],
    query: Query,
    evaluate: Callable[[NDArray[np.float32]], Any],
    relevant: Sequence[Sequence[int]] | None = None,
) -> ValidationScores:
    """What a fuser is tuned on: `evaluate` gives one value for a block of scores, or one a user.

    `relevant` are the items that each user goes on to like; item 0 for all if not given.
    """
    answers = History.from_lists(relevant or [[0]] * len(query), query.history.n_items)
    nothing = query.history.take(np.full(len(query), -1))
    truth = Truth.of(answers, nothing, query.history.popularity, len(query))

    def values(scores: NDArray[np.float32], rows: Any = None) -> NDArray[np.float64]:
        return np.broadcast_to(np.asarray(evaluate(scores), np.float64), len(scores))

    return ValidationScores(scores, query, replace(truth, history=query.history), values)


def checkerboard(seed: int = 0) -> tuple[Training, Query, NDArray[np.int32]]:
    """Users who like all even or all odd items but one: (training, query, the item each has not seen).

    40 users, 20 items, all equally popular among those who like their half. An item vector says
    which half it belongs to, and a little noise; interests are the means of a user's items.
    """
    half = np.arange(USERS) % 2
    missing = ((np.arange(USERS) // 2 % (CATALOGUE // 2)) * 2 + half).astype(np.int32)
    lists = [
        [item for item in range(side, CATALOGUE, 2) if item != missed]
        for side, missed in zip(half.tolist(), missing.tolist(), strict=True)
    ]
    vectors = np.random.default_rng(3).normal(0, 0.05, (CATALOGUE, DIMENSIONS)).astype(np.float32)
    vectors[np.arange(CATALOGUE), np.arange(CATALOGUE) % 2] += 1.0
    return *_put(lists, vectors, seed), missing


def crowd(seed: int = 0) -> tuple[Training, Query]:
    """Users with uneven histories, times, ratings and a `group`, over items with attributes and text.

    40 users, 20 items. User 0 has no history; item 19 has no event; some
    users have an item twice.
    """
    rng = np.random.default_rng(11)
    lists = [[], *(rng.integers(0, CATALOGUE - 1, size).tolist() for size in rng.integers(1, 12, USERS - 1))]
    vectors = rng.normal(size=(CATALOGUE, DIMENSIONS)).astype(np.float32)
    return _put(lists, vectors, seed)


def strolls(vectors: NDArray[np.float32], seed: int = 0) -> Training:
    """Histories over items with these vectors, each beginning at another item and taking every next one."""
    count = len(vectors)
    lists = [[(start + step) % count for step in range(6)] for start in range(count)]
    return replace(training_of(lists, count, seed), vectors=vectors)


def dataset() -> Dataset:
    """The crowd's interactions as a source brings them: with times, ratings and a split of their own."""
    training, _ = crowd()
    history = training.history
    part = np.where(np.arange(len(history.items)) % 5 == 4, PARTS["test"], PARTS["train"])
    columns = {
        "user": history.owners,
        "item": history.items,
        "rating": history.ratings,
        "time": history.times,
    }
    frame = pl.DataFrame({**columns, "part": part.astype(np.uint8)})
    return Dataset(frame, training.items, training.users)


def _put(lists: Sequence[Sequence[int]], vectors: NDArray[np.float32], seed: int) -> tuple[Training, Query]:
    flat = History.from_lists(lists, CATALOGUE)
    events = np.arange(len(flat.items))
    history = History(
        flat.indptr, flat.items, CATALOGUE,
        ratings=(1 + events % 5).astype(np.float32), times=1_700_000_000 + 86_400 * events.astype(np.int64),
    )  # fmt: skip
    numbers = range(len(lists))
    ids = [f"u{number:02}" for number in numbers]
    users = pl.DataFrame(
        {
            "id": ids,
            "group": [("a", "b")[number % 2] for number in numbers],
            "follows": [[ids[(number + step) % len(ids)] for step in (2, 4, 6)] for number in numbers],
        }
    )
    training = with_letters(Training(history, _catalogue(), users, vectors, seed))
    known = np.where(history.counts > 0, np.arange(len(lists)), -1).astype(np.int32)
    counts = np.maximum(history.matrix.sum(axis=1), 1)[:, None]
    interests = ((history.matrix @ vectors) / counts).astype(np.float32)[:, None, :]
    return training, Query(known, history, interests)


def _catalogue() -> Items:
    numbers = range(CATALOGUE)
    return Items(
        pl.DataFrame(
            {
                "id": [f"i{number:02}" for number in numbers],
                "title": [f"Item {number}" for number in numbers],
                "genres": [["even", "low"] if number % 2 == 0 else ["odd"] for number in numbers],
                "year": [1990 + number // 4 for number in numbers],
                "latitude": [number - 10.0 for number in numbers],
                "longitude": [18.0 * number - 180 for number in numbers],
                "after": [[f"i{number - 2:02}"] if number % 5 == 4 else [] for number in numbers],
                "owner": [f"u{number:02}" for number in numbers],
                "months": [f"{number % 12 + 1}|{number // 2 % 12 + 1}" for number in numbers],
                "text": [f"Item {number}, of the {('even', 'odd')[number % 2]} kind" for number in numbers],
            }
        )
    )
