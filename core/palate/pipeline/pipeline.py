"""A fitted pipeline: people in, recommendations out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.threads import shared_out
from palate.arrays.topk import tie_order, top_k
from palate.data import History, Items, Query, Ranking
from palate.data.query import Progress
from palate.errors import StoreError
from palate.pipeline.branch import FittedBranch
from palate.pipeline.fusing import fused
from palate.pipeline.lookup import Lookup
from palate.pipeline.reordering import reordered
from palate.pipeline.silence import Silence, unscored

if TYPE_CHECKING:
    from palate.pipeline.explain import Explanation

_CELLS = 2**20
_POOL = 5


@dataclass(frozen=True)
class Pipeline:
    """Fitted branches with what fuses and reorders them.

    `history` has what each of `users` liked, `seen` every event of theirs and `disliked` those that speak
    against items, both None where every event is a like; `trained` (bool[users]) says who was in training. A
    person whom no branch can serve gets the recommendations of `fallback`.
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

    def __repr__(self) -> str:
        names = ", ".join(branch.name for branch in self.branches)
        return f"Pipeline({names}; {self.users.height:,} users, {len(self.items):,} items)"

    def scores(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items] for a batch of users; nothing is masked, and the array is the caller's own."""
        return self._scores(query, Silence())

    def _scores(self, query: Query, silence: Silence) -> NDArray[np.float32]:
        scores = {branch.name: branch.score(query) for branch in self._scoring}
        for branch in self._scoring:
            silence.heard(f"branch {branch.name!r}", scores[branch.name], branch.serves(query))
        block = fused(self.fuser, scores, query) if self.fuser is not None else scores[self.branches[0].name]
        without = unscored(block)
        if self.fuser is not None:
            spoken = ~np.logical_and.reduce([unscored(own) for own in scores.values()])
            silence.heard(f"fuser {self.fuser.name!r}", block, spoken)
        if not block.flags.writeable:
            block = block.copy()
        if self.fallback is not None and without.any():
            block[without] = self.fallback.score(query.take(np.flatnonzero(without)))
            silence.served_by_fallback(int(np.count_nonzero(without)))
        return block

    @property
    def _scoring(self) -> tuple[FittedBranch, ...]:
        """The branches whose scores count."""
        return self.branches[:1] if self.fuser is None else self.branches

    def rank(
        self,
        query: Query,
        k: int,
        block: int | None = None,
        mask_seen: bool = True,
        progress: Progress | None = None,
        silence: Silence | None = None,
    ) -> Ranking:
        """The best k items for each person, without those they have any event with if `mask_seen`.

        `block` is how many users a core scores at once; it changes memory, never the result. `silence`
        counts who scored nothing.
        """
        counts = Silence() if silence is None else silence
        depth = self._depth(k)
        step = block or max(1, _CELLS // max(len(self.items), 1))
        done: list[int] = []

        def work(rows: slice) -> Ranking:
            ranking = self._rank(query.take(rows), depth, mask_seen, k, counts)
            done.append(len(ranking))
            if progress is not None:
                progress(sum(done), len(query))
            return ranking

        parts = shared_out(work, _blocks(len(query), step))
        return _joined(parts, depth).top(k)

    def recommend(
        self,
        user: Any = None,
        history: Sequence[Any] | None = None,
        k: int = 10,
        mask_seen: bool = True,
    ) -> pl.DataFrame:
        """Recommendations for one person, best first: `rank`, `item`, `title`, `score`.

        The person is a `user` id of the data, or anybody with a `history` of item ids or titles,
        oldest first; an empty history is a person of whom nothing is known. Raises UnknownUser or
        UnknownItem, which name what is near.
        """
        query = self.lookup.query(user, history)
        ranking = self.rank(query, k, mask_seen=mask_seen)
        return self.named(ranking).drop("user")

    def recommend_many(self, users: Sequence[Any], k: int = 10, mask_seen: bool = True) -> pl.DataFrame:
        """Recommendations for several known users: `user`, `rank`, `item`, `title`, `score`."""
        rows = np.array([self.lookup.user(user) for user in users], np.int32)
        ranking = self.rank(self.lookup.known(rows), k, mask_seen=mask_seen)
        return self.named(Ranking(rows, ranking.items, ranking.scores))

    def explain(self, item: Any, user: Any = None, history: Sequence[Any] | None = None) -> Explanation:
        """Why one person has the score they have for an item (an id or a title).

        The person as in `recommend`. Raises PalateError where a part of the pipeline does not add up
        what it is given, and says which.
        """
        from palate.pipeline.explain import explain

        query = self.lookup.query(user, history)
        return explain(self, query, self.lookup.item_rows([item])[0])

    def named(self, ranking: Ranking) -> pl.DataFrame:
        """A ranking with ids and titles in place of row numbers."""
        n, k = ranking.items.shape
        row = np.repeat(ranking.users, k)
        real = ranking.items.ravel() >= 0
        frame = pl.DataFrame(
            {
                "user": _gathered(self.users["id"], row),
                "rank": np.tile(np.arange(1, k + 1, dtype=np.int32), n),
                "item": _gathered(self.items.ids, ranking.items.ravel()),
                "title": _gathered(self.items.titles, ranking.items.ravel()),
                "score": ranking.scores.ravel(),
            }
        )
        return frame.filter(pl.Series(real))

    @cached_property
    def lookup(self) -> Lookup:
        """From ids and titles to row numbers."""
        return Lookup(self.items, self.users, self.history, self.trained, self.seen, self.disliked)

    def save(self, folder: str | Path) -> None:
        """Keep the pipeline in a new folder: arrays, frames and JSON, no pickle."""
        from palate.store.codec import pack

        path = Path(folder)
        if path.exists() and any(path.iterdir()):
            raise StoreError(f"{path} is not empty; a pipeline is saved into a new folder")
        path.mkdir(parents=True, exist_ok=True)
        pack(self, path)

    @classmethod
    def load(cls, folder: str | Path) -> Pipeline:
        """The pipeline that `save` kept."""
        from palate.store.codec import TREE, unpack

        if not (Path(folder) / TREE).is_file():
            why = f"no {TREE} in it" if Path(folder).is_dir() else "there is no such folder"
            raise StoreError(f"{folder} has no pipeline: {why}")
        found = unpack(Path(folder))
        if not isinstance(found, cls):
            raise StoreError(f"{folder} holds a {type(found).__name__}, not a pipeline")
        return found

    def _depth(self, k: int) -> int:
        """How many items of a person must be found so that k are left after reordering."""
        pools = [reranker.pool(k) if hasattr(reranker, "pool") else k * _POOL for reranker in self.rerankers]
        return min(max(pools), max(len(self.items), k)) if pools else k

    def _rank(self, query: Query, depth: int, mask_seen: bool, k: int, silence: Silence) -> Ranking:
        seen = query.masked.matrix if mask_seen else None
        items, scores = top_k(self._scores(query, silence), depth, seen, self._ties)
        ranking = Ranking(query.users, items, scores, k)
        for reranker in self.rerankers:
            ranking = reordered(reranker, query, ranking)
        return ranking

    @cached_property
    def _ties(self) -> NDArray[np.int32]:
        return tie_order(len(self.items), self.seed)


def _blocks(n: int, step: int) -> Iterator[slice]:
    return (slice(start, min(start + step, n)) for start in range(0, n, step))


def _joined(parts: list[Ranking], k: int) -> Ranking:
    if not parts:
        empty = np.empty((0, k), np.int32)
        return Ranking(np.empty(0, np.int32), empty, empty.astype(np.float32))
    users, items, scores = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("users", "items", "scores")
    )
    return Ranking(users, items, scores)


def _gathered(values: pl.Series, rows: NDArray[np.int32]) -> pl.Series:
    numbers = pl.Series(np.where(rows >= 0, rows, 0).astype(np.uint32))
    return values.gather(numbers)
