"""The best items of one user, as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.arrays.topk import top_k_of_one
from palate.data import Query, Ranking
from palate.pipeline.allowed import Allowed
from palate.pipeline.few import may_score_few
from palate.pipeline.silence import Silence
from palate.pipeline.top import Top, top, top_of_each

if TYPE_CHECKING:
    from palate.pipeline.pipeline import Pipeline

Row = tuple[NDArray[np.int32], NDArray[np.float32]]
SEVERAL = 3  # users: fewer take longer together than one after another


@dataclass(frozen=True)
class Best:
    """The best items of one user: `items` int32[m], best first, and `scores` float32[m], without padding.

    `fallback` says that no branch could serve the user.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    fallback: bool = False

    def ranking(self, query: Query) -> Ranking:
        """The same as the ranking of the query's one user."""
        return Ranking(query.users, self.items[None], self.scores[None])


def best(pipeline: Pipeline, query: Query, k: int, include_seen: bool, limits: Allowed | None) -> Best:
    """What `Pipeline.rank` gives for the one user of the query."""
    k, silence = pipeline._count(k), Silence.deaf()
    shown = pipeline._shown(include_seen)
    if pipeline.rerankers or limits is not None:
        ranking = pipeline._rank(query, pipeline._depth(k), k, shown, limits, silence)
        items, scores = ranking.items[0, :k], ranking.scores[0, :k]
    else:
        (items,), (scores,) = top(pipeline, query, k, shown, limits, silence)
    if np.count_nonzero(items < 0):
        items, scores = items[items >= 0], scores[items >= 0]
    return Best(items, scores, silence.fallback > 0)


def best_of_several(
    pipeline: Pipeline, queries: Sequence[Query], k: int, include_seen: bool = False
) -> list[Best]:
    """What `best` gives for each of these queries of one user, in less time than one after another.

    Those that are alike are scored together, which changes nothing in what each gets.
    """
    found: list[Best | None] = [None] * len(queries)
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, query in enumerate(queries):
        groups.setdefault(query.alike, []).append(place)
    for places in groups.values():
        some = [queries[place] for place in places]
        for place, one in zip(places, _together(pipeline, some, k, include_seen), strict=True):
            found[place] = one
    return [one for one in found if one is not None]


def _together(pipeline: Pipeline, queries: list[Query], k: int, include_seen: bool) -> list[Best]:
    if len(queries) > 1 and may_score_few(pipeline):
        return _few_together(pipeline, queries, k, include_seen)
    if len(queries) >= SEVERAL:
        count, silence = pipeline._count(k), Silence.deaf()
        query, shown = Query.joined(queries), pipeline._shown(include_seen)
        rows: Iterable[Row]
        if pipeline.rerankers:
            ranking = pipeline._rank(query, pipeline._depth(count), count, shown, None, silence)
            rows = zip(ranking.items[:, :count], ranking.scores[:, :count], strict=True)
        else:
            block = pipeline._scores(query, None, silence)
            rows = _top_of_rows(pipeline, block, queries, count, shown)
        if not silence.fallback:  # it does not say who was served by it
            return [Best(items[items >= 0], scores[items >= 0]) for items, scores in rows]
    return [best(pipeline, query, k, include_seen, None) for query in queries]


def _top_of_rows(
    pipeline: Pipeline, block: NDArray[np.float32], queries: Sequence[Query], k: int, shown: bool
) -> Iterator[Row]:
    """What `top_k` finds, row by row: for few rows in less time, since ties are seldom to be decided."""
    for place, query in enumerate(queries):
        seen = None if shown else query.masked.items
        items, scores = top_k_of_one(block[place : place + 1], k, seen, partial(query.ties, pipeline.seed))
        yield items[0], scores[0]


def _few_together(pipeline: Pipeline, queries: list[Query], k: int, include_seen: bool) -> list[Best]:
    """The same where few items stand out for a user."""
    count, shown = pipeline._count(k), pipeline._shown(include_seen)
    each: list[Top | None] = [None] * len(queries)
    if not pipeline.rerankers:
        each = top_of_each(pipeline, queries, count, shown)
    found = []
    for query, top_ones in zip(queries, each, strict=True):
        if top_ones is None:
            found.append(best(pipeline, query, k, include_seen, None))
        else:
            (items,), (scores,) = top_ones
            found.append(Best(items[items >= 0], scores[items >= 0]))
    return found
