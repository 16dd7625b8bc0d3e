"""The best items of each user by their scores, before any reranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.arrays.ties import Keys
from palate.arrays.topk import NOTHING, top_k, top_k_of, top_k_of_one
from palate.data import Query
from palate.data.few_scores import FewScores
from palate.pipeline.allowed import Allowed
from palate.pipeline.few import few_scores, few_scores_of_each
from palate.pipeline.silence import Silence

if TYPE_CHECKING:
    from palate.pipeline.pipeline import Pipeline

Top = tuple[NDArray[np.int32], NDArray[np.float32]]


def top(
    pipeline: Pipeline, query: Query, k: int, include_seen: bool, limits: Allowed | None, silence: Silence
) -> Top:
    """(Items int32[n, k], scores float32[n, k]), as `top_k` gives them; of one user alone in less time."""
    alone, seen = len(query) == 1, None if include_seen else query.masked
    ties = partial(query.ties, pipeline.seed)
    shown = None if seen is None else seen.items
    if alone and not silence.listening and (few := few_scores(pipeline, query, limits)) is not None:
        found = top_of_few(few, k, shown, limits, ties)
        if found is not None:
            return found
    block = pipeline._scores(query, limits, silence)
    if limits is not None:
        block = np.where(limits.mask, block, np.float32(np.nan))
    if alone:
        return top_k_of_one(block, k, shown, ties)
    return top_k(block, k, None if seen is None else seen.matrix, ties())


def top_of_each(pipeline: Pipeline, queries: Sequence[Query], k: int, include_seen: bool) -> list[Top | None]:
    """What `top` gives for each of some queries that are alike; None where few scores do not tell."""
    each: list[Top | None] = []
    for query, few in zip(queries, few_scores_of_each(pipeline, queries), strict=True):
        seen, ties = None if include_seen else query.masked.items, partial(query.ties, pipeline.seed)
        each.append(None if few is None else top_of_few(few, k, seen, None, ties))
    return each


def top_of_few(
    few: FewScores,
    k: int,
    seen: NDArray[np.integer] | None,
    limits: Allowed | None,
    ties: Callable[[], Keys],
) -> Top | None:
    """(Items int32[1, k], scores float32[1, k]) as `top_k` gives them, where `seen` and `limits` bar items.

    None where all other items, which score alike, may be among the best.
    """
    scores = few.scores
    if limits is not None:
        scores = np.where(limits.mask.reshape(-1)[few.items], scores, NOTHING)
    items, values = top_k_of(scores, few.items, k, seen, ties)
    if few.rest > NOTHING and (len(items) < k or not values[-1] > few.rest):
        return None
    if len(items) == k:
        return items[None], values[None]
    best, best_scores = np.full((1, k), -1, np.int32), np.full((1, k), NOTHING)
    best[0, : len(items)], best_scores[0, : len(items)] = items, values
    return best, best_scores
