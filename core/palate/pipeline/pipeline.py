"""A fitted pipeline: users in, recommendations out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.threads import shared_out
from palate.data import History, Items, Query, Ranking
from palate.data.fold import Repeats
from palate.data.query import Progress
from palate.errors import StoreError
from palate.pipeline.allowed import Allowed, allowed, by_rules, filled
from palate.pipeline.blocks import blocks, joined, named
from palate.pipeline.branch import FittedBranch
from palate.pipeline.fusing import fused
from palate.pipeline.histories import Values, of_many, of_one
from palate.pipeline.ids import whole
from palate.pipeline.lookup import Lookup
from palate.pipeline.reordering import reordered
from palate.pipeline.shortage import Answer, remarks
from palate.pipeline.silence import Silence, listen, unscored
from palate.pipeline.top import top

if TYPE_CHECKING:
    from palate.pipeline.best import Best
    from palate.pipeline.explain import Explanation

_CELLS = 2**20
_POOL = 5


@dataclass(frozen=True)
class Pipeline:
    """Fitted branches with what fuses and reorders them.

    `history` has what each of `users` liked, `seen` every event of theirs and `disliked` those that speak
    against items, both None where every event is a like; `trained` (bool[users]) says who was in training. A
    user whom no branch can serve gets the recommendations of `fallback`. `feedback` says what an event tells
    that comes later; None where every event is a like.
    """

    branches: tuple[FittedBranch, ...]
    fuser: Any
    rerankers: tuple[Any, ...]
    fallback: FittedBranch | None
    items: Items
    users: pl.DataFrame
    history: History
    trained: NDArray[np.bool_]
    seed: int = 0
    seen: History | None = None
    disliked: History | None = None
    repeats: Repeats = "discover"
    feedback: Any = None

    def __repr__(self) -> str:
        names = ", ".join(branch.name for branch in self.branches)
        return f"Pipeline({names}; {self.users.height:,} users, {len(self.items):,} items)"

    @property
    def predicts_ratings(self) -> bool:
        """Whether its scores are ratings: those of one branch whose ranker says so."""
        return self.fuser is None and bool(getattr(self.branches[0].ranker, "predicts_ratings", False))

    def scores(self, query: Query, allowed: Allowed | None = None) -> NDArray[np.float32]:
        """float32[n, items] for a batch of users; nothing is masked, and the array is the caller's own.

        `allowed` only widens what an index looks at.
        """
        return self._scores(query, allowed, Silence.deaf())

    def _scores(self, query: Query, limits: Allowed | None, silence: Silence) -> NDArray[np.float32]:
        scores = {branch.name: branch.score(query, limits) for branch in self.scoring}
        block = fused(self.fuser, scores, query) if self.fuser is not None else scores[self.branches[0].name]
        if silence.listening:
            listen(silence, self.scoring, self.fuser, query, scores, block)
        if not block.flags.writeable:
            block = block.copy()
        if len(query) == 1 and block.size and block[0, 0] == block[0, 0]:  # no NaN, so that there is a score
            return block
        without = unscored(block)
        if self.fallback is not None and without.any():
            block[without] = self.fallback.score(query.take(np.flatnonzero(without)))
            silence.served_by_fallback(int(np.count_nonzero(without)))
        return block

    @property
    def scoring(self) -> tuple[FittedBranch, ...]:
        """The branches whose scores count."""
        return self.branches[:1] if self.fuser is None else self.branches

    def rank(
        self,
        query: Query,
        k: int,
        block: int | None = None,
        include_seen: bool = False,
        progress: Progress | None = None,
        only: Iterable[Any] | None = None,
        exclude: Iterable[Any] | None = None,
        silence: Silence | None = None,
    ) -> Ranking:
        """The best k items for each user, without those they have any event with unless `include_seen`.

        k is cut at the size of the catalogue. `only` and `exclude` are item ids, as in `recommend`.
        `block` is how many users a core scores at once; it changes memory, never the result. `silence`
        counts who scored nothing.
        """
        limits = allowed(self.items, only, exclude)
        return self._ranking(
            query, self._count(k), self._shown(include_seen), limits, block, progress, silence
        )

    def recommend(
        self,
        user: Any = None,
        history: Iterable[Any] | None = None,
        k: int = 10,
        include_seen: bool = False,
        only: Iterable[Any] | None = None,
        exclude: Iterable[Any] | None = None,
        times: Values = None,
        ratings: Values = None,
    ) -> pl.DataFrame:
        """Recommendations for one user, best first: `rank`, `item`, `title`, `score`.

        `user` is the id of a user in the data, or `history` item ids or titles, oldest first, of any
        user; an empty history is a new user. `times` (seconds since 1970, or dates) and `ratings` of its
        items may stand beside it. With `only`, a list of item ids, nothing else is recommended, and with
        `exclude` none of these; there are k items where so many are left. A warning is logged where there are
        fewer, and about ids that are unknown.

        Raises UnknownUser or UnknownItem, which name what is near, AmbiguousItem for a title that
        several items have, and PalateError for what is no id, and a k below 1.
        """
        found = self.answer(user, history, k, include_seen, only, exclude, times, ratings)
        found.log()
        return found.frame

    def recommend_many(
        self,
        users: Iterable[Any] | None = None,
        k: int = 10,
        include_seen: bool = False,
        only: Iterable[Any] | None = None,
        exclude: Iterable[Any] | None = None,
        *,
        histories: Iterable[Iterable[Any]] | None = None,
        times: Iterable[Values] | None = None,
        ratings: Iterable[Values] | None = None,
    ) -> pl.DataFrame:
        """Recommendations for several users of the data: `user`, `rank`, `item`, `title`, `score`.

        Or for as many `histories`, each as in `recommend`, with a list of `times` and of `ratings` for each
        where there are any; then the number of the history, from 0, is in `history` instead of `user`. All
        with the same `only` and `exclude`; each gets what `recommend` gives it.
        """
        query = of_many(self, users, histories, times, ratings)
        found = self._answer(query, k, include_seen, allowed(self.items, only, exclude))
        found.log()
        return found.frame if histories is None else found.frame.rename({"user": "history"})

    def answer(
        self,
        user: Any = None,
        history: Iterable[Any] | None = None,
        k: int = 10,
        include_seen: bool = False,
        only: Iterable[Any] | None = None,
        exclude: Iterable[Any] | None = None,
        times: Values = None,
        ratings: Values = None,
    ) -> Answer:
        """What `recommend` gives, with the remarks beside it instead of in the log."""
        query = of_one(self, user, history, times, ratings)
        found = self._answer(query, k, include_seen, allowed(self.items, only, exclude))
        return replace(found, frame=found.frame.drop("user"))

    def best(self, query: Query, k: int, include_seen: bool = False, limits: Allowed | None = None) -> Best:
        """What `rank` gives for a query of one user, as arrays of that user alone, in less time."""
        from palate.pipeline.best import best

        return best(self, query, k, include_seen, limits)

    def explain(self, item: Any, user: Any = None, history: Iterable[Any] | None = None) -> Explanation:
        """Why one user has the score they have for an item (an id or a title).

        The user as in `recommend`. Raises PalateError where a part of the pipeline does not add up
        what it is given, and says which.
        """
        from palate.pipeline.explain import explain

        query = self.lookup.query(user, history)
        return explain(self, query, self.lookup.item_rows([item])[0])

    def named(self, ranking: Ranking) -> pl.DataFrame:
        """A ranking with ids and titles in place of row numbers."""
        return named(ranking, self.users["id"], self.items)

    @cached_property
    def lookup(self) -> Lookup:
        """From ids and titles to row numbers."""
        return Lookup(self.items, self.users, self.history, self.trained, self.seen, self.disliked)

    def save(self, folder: str | Path, force: bool = False) -> None:
        """Keep the pipeline in a new folder: arrays, frames and JSON, no pickle.

        The folder is there whole or not at all. With `force` a pipeline that is there is replaced,
        and nothing else ever is. Raises StoreError.
        """
        from palate.pipeline.keeping import keep

        keep(self, Path(folder), force)

    @classmethod
    def load(cls, folder: str | Path) -> Pipeline:
        """The pipeline that `save` kept, or that of a run whose folder this is. Raises StoreError."""
        from palate.pipeline.keeping import kept

        found = kept(Path(folder))
        if not isinstance(found, cls):
            raise StoreError(f"{folder} holds a {type(found).__name__}, not a pipeline")
        return found

    def _count(self, k: int) -> int:
        return min(whole(k, "k"), max(len(self.items), 1))

    def _answer(self, query: Query, k: int, include_seen: bool, limits: Allowed | None) -> Answer:
        """Recommendations with the ids of the query's users, and what should be said beside them."""
        include_seen = self._shown(include_seen)
        if len(query) == 1:
            ranking = self.best(query, k, include_seen, limits).ranking(query)
        else:
            ranking = self._ranking(query, self._count(k), include_seen, limits)
        users = np.arange(len(query), dtype=np.int32) if query.rows is None else query.rows
        ids = pl.Series(users) if query.rows is None else self.users["id"]  # histories have numbers
        frame = named(Ranking(users, ranking.items, ranking.scores), ids, self.items)
        return Answer(frame, remarks(query, ranking, k, include_seen, limits))

    def _ranking(
        self,
        query: Query,
        k: int,
        include_seen: bool,
        limits: Allowed | None,
        block: int | None = None,
        progress: Progress | None = None,
        silence: Silence | None = None,
    ) -> Ranking:
        counts = Silence() if silence is None else silence
        depth = self._depth(k)
        step = block or max(1, _CELLS // max(len(self.items), 1))
        done: list[int] = []

        def work(rows: slice) -> Ranking:
            ranking = self._rank(query.take(rows), depth, k, include_seen, limits, counts)
            done.append(len(ranking))
            if progress is not None:
                progress(sum(done), len(query))
            return ranking

        parts = shared_out(work, blocks(len(query), step))
        return joined(parts, depth).top(k)

    def _shown(self, include_seen: bool) -> bool:
        """Whether seen items are recommended: where that is asked for, or the recipe allows repeats."""
        return include_seen or self.repeats == "allow"

    def _depth(self, k: int) -> int:
        """How many items of a user must be found so that k are left after reordering."""
        pools = [reranker.pool(k) if hasattr(reranker, "pool") else k * _POOL for reranker in self.rerankers]
        return min(max(pools), max(len(self.items), k)) if pools else k

    def _rank(
        self, query: Query, depth: int, k: int, include_seen: bool, limits: Allowed | None, silence: Silence
    ) -> Ranking:
        limits = by_rules(limits, self.rerankers, query)
        items, scores = top(self, query, depth, include_seen, limits, silence)
        ranking = Ranking(query.users, items, scores, k)
        if limits is not None and limits.listed is not None and self.fallback is not None:
            seen = None if include_seen else query.masked.matrix
            ranking = filled(ranking, query, self.fallback.score, seen, limits, query.ties(self.seed))
        for reranker in self.rerankers:
            ranking = reordered(reranker, query, ranking)
        return ranking
