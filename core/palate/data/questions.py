"""One question for each held-out event: what comes next, after all that the user did before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data.dataset import Dataset
from palate.data.fold import Behaviour, Fold, Part
from palate.data.history import History
from palate.data.query import Query
from palate.data.ranking import Truth
from palate.errors import DataError

EVENTS, MOST = 2**21, 2**16
"""How many events of histories, and how many questions, are in memory at once; one history always is."""


@dataclass(frozen=True)
class Questions:
    """The liked events of a part, each a question of its own, by user and time.

    Question i asks user `users[i]` (int32[n], row numbers) for item `items[i]`, which is event `events[i]`
    (a row of the interactions), after `known[starts[i]:ends[i]]`: all events of the user before the part, and
    those of the part before the second of this event. What else happened in that second is neither known nor
    relevant: which came first nobody knows.

    Unless repeats count, an event is no question where the user had any event with its item before
    (`seen_again` of them), nor is one item of one second asked for twice. `asked` users have a liked event.
    """

    dataset: Dataset = field(repr=False)
    fold: Fold = field(repr=False)
    part: Part
    users: NDArray[np.int32]
    items: NDArray[np.int32]
    events: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    known: NDArray[np.int64] = field(repr=False)
    seen_again: int = 0
    asked: int = 0

    def __len__(self) -> int:
        return len(self.users)

    @classmethod
    def of(
        cls, dataset: Dataset, fold: Fold, part: Part, users: NDArray[np.integer] | None = None
    ) -> Questions:
        """Those of these users (row numbers), or of all. Raises DataError where the part is not in order."""
        check_order(dataset, fold, part)
        frame = dataset.interactions
        user, item, time = (frame[name].to_numpy() for name in ("user", "item", "time"))
        held_out = fold.rows(part)
        known = np.flatnonzero(held_out | fold.before(part))
        if users is not None:
            known = known[np.isin(user[known], users)]
        moment = np.where(held_out[known], time[known], np.iinfo(np.int64).min)
        order = np.lexsort((moment, user[known]))  # of one second, what came before the cut stands first
        known, moment = known[order], moment[order]
        owner, place = user[known], np.arange(len(known))
        starts = np.maximum.accumulate(np.where(_begins(owner), place, 0))
        seconds = np.maximum.accumulate(np.where(_begins(owner, moment), place, 0))
        liked = held_out[known] & dataset.likes[known]
        wanted = liked.copy()
        if fold.repeats == "discover":
            _, first, pair = np.unique(
                owner * np.int64(len(dataset.items)) + item[known], return_index=True, return_inverse=True
            )
            wanted &= seconds[first[pair]] == seconds
        rows = np.flatnonzero(wanted)
        pairs = seconds[rows] * np.int64(len(dataset.items)) + item[known[rows]]
        rows = rows[np.unique(pairs, return_index=True)[1]]
        events = known[rows]
        return cls(
            dataset, fold, part, owner[rows], item[events], events, starts[rows], seconds[rows], known,
            int(np.count_nonzero(liked)) - len(rows), len(np.unique(owner[liked])),
        )  # fmt: skip

    @cached_property
    def distinct(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(First question of each query, query of each question): those of one user and second ask alike."""
        first = _begins(self.users, self.ends)
        return np.flatnonzero(first), np.cumsum(first) - 1

    @cached_property
    def first(self) -> NDArray[np.intp]:
        """The first question of each user."""
        return np.flatnonzero(_begins(self.users))

    def blocks(self, questions: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
        """These questions in their order, so many at a time that their histories fit into memory."""
        reach = np.cumsum(self.ends[questions] - self.starts[questions])
        start = 0
        while start < len(questions):
            before = reach[start - 1] if start else 0
            stop = int(np.searchsorted(reach, before + EVENTS, "right"))
            stop = min(max(stop, start + 1), start + MOST)
            yield questions[start:stop]
            start = stop

    def query(self, questions: NDArray[np.intp]) -> Query:
        """What a pipeline is asked by these: each user with all they had done before the event."""
        users = self.users[questions]
        known_as = np.where(self._training.counts[users] > 0, users, -1).astype(np.int32)
        liked, disliked, seen = Behaviour.of(self._before(questions))
        return Query(known_as, liked, None, disliked, seen, users)

    def truth(self, questions: NDArray[np.intp] | None = None) -> Truth:
        """The one relevant item of each of these; of all questions without what the users had seen."""
        rows = np.arange(len(self)) if questions is None else questions
        return Truth(
            np.arange(len(rows) + 1, dtype=np.int64),
            self.items[rows],
            len(self.dataset.items),
            self._training.popularity,
            self.seen_again,
            int(np.count_nonzero(self._training.counts)),
            self._gains(self.events[rows]),
            None if questions is None else self._before(questions),
            self.dataset.items,
            self.dataset.users[self.users[rows]],
            masks=self.fold.repeats == "discover",
        )

    @cached_property
    def _training(self) -> History:
        return self.fold.training(self.dataset, self.part)

    def _gains(self, events: NDArray[np.int64]) -> NDArray[np.float32] | None:
        frame = self.dataset.interactions
        name = next((name for name in ("rating", "strength") if name in frame.columns), None)
        return None if name is None else frame[name].to_numpy()[events]

    def _before(self, questions: NDArray[np.intp]) -> History:
        """Every event before each of these questions."""
        starts, counts = self.starts[questions], self.ends[questions] - self.starts[questions]
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = self.known[np.arange(indptr[-1]) + np.repeat(starts - indptr[:-1], counts)]
        frame = self.dataset.interactions

        def column(name: str) -> NDArray[Any] | None:
            return frame[name].to_numpy()[rows] if name in frame.columns else None

        items: Any = column("item")
        ratings, times, strengths = (column(name) for name in ("rating", "time", "strength"))
        n_items, pairs = len(self.dataset.items), self.dataset.pairs
        return History(indptr, items, n_items, ratings, times, strengths, pairs)


def check_order(dataset: Dataset, fold: Fold, part: Part) -> None:
    """Raises DataError where a user's events have no order, or some of the part came before known ones."""
    right = (
        "`ask: each-event` needs a split in time, such as 'temporal', 'user-temporal', 'leave-one-out' or "
        "'rolling'; or ask each user once, with `ask: each-user`"
    )
    if not dataset.has_times:
        raise DataError(f"the order of users' events is not known, as the source has no times: {right}")
    user, time = (dataset.interactions[name].to_numpy() for name in ("user", "time"))
    before, held_out = fold.before(part), fold.rows(part)
    last = np.full(dataset.users.height, np.iinfo(np.int64).min)
    np.maximum.at(last, user[before], time[before])
    early = int(np.count_nonzero(time[held_out] < last[user[held_out]]))
    if early:
        raise DataError(
            f"{early:,} of {int(held_out.sum()):,} events of the {part} part took place before others of the "
            f"same user that are known when they are asked: {right}"
        )


def _begins(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows differ from the row before in any of these columns."""
    found = np.ones(len(columns[0]), bool)
    found[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return found
