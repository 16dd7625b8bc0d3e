"""Scoring only what an index finds, and how much of what is right it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.errors import ComponentError

if TYPE_CHECKING:
    from palate.pipeline.pipeline import Pipeline

_ASKED = 200


def candidates(index: Any, interests: NDArray[np.float32], exact: bool = False) -> NDArray[np.int32]:
    """int32[n, interests x k]: the items nearest to any of each person's interests, -1 for none.

    An item may stand there twice. Interests of all zeros find nothing.
    """
    n, many, width = interests.shape
    rows = interests.reshape(n * many, width)
    find = index.exact if exact else index.search
    found = np.asarray(find(rows, index.candidates), np.int32)
    found[~rows.any(axis=1)] = -1
    return found.reshape(n, -1)


def scored(ranker: Any, index: Any, query: Query) -> NDArray[np.float32]:
    """float32[n, items]: the ranker's scores of the candidates, NaN for all other items."""
    if query.interests is None:
        raise ComponentError("an index is searched with interest vectors; add `aggregate:` to its branch")
    items = candidates(index, query.interests)
    row, place = np.nonzero(items >= 0)
    column = items[row, place]
    scores = np.full((len(query), query.history.n_items), np.nan, np.float32)
    if hasattr(ranker, "score_items"):
        scores[row, column] = ranker.score_items(query, items)[row, place]
    else:
        scores[row, column] = ranker.score(query)[row, column]
    return scores


def recalls(pipeline: Pipeline, query: Query, rng: np.random.Generator) -> dict[str, float]:
    """By branch with an index, the share of the true nearest items that it finds.

    A mean over at most 200 of the people, drawn by the generator.
    """
    found = {}
    for branch in pipeline.branches:
        if branch.index is None or not hasattr(branch.index, "exact"):
            continue
        able = np.flatnonzero(branch.serves(query))
        if not len(able):
            continue
        some = np.sort(rng.choice(able, min(_ASKED, len(able)), replace=False))
        interests = branch.profile(query.take(some))
        if interests is not None:
            found[f"recall of {branch.name}'s candidates"] = recall(branch.index, interests)
    return found


def recall(index: Any, interests: NDArray[np.float32]) -> float:
    """The mean share of the nearest items of each person that the index finds too; 1 where all are found."""
    right, given = candidates(index, interests, exact=True), candidates(index, interests)
    width = int(max(right.max(initial=0), given.max(initial=0))) + 2
    people = np.arange(len(right), dtype=np.int64)[:, None] * width
    hit = np.isin(people + right, people + given) & (right >= 0)
    wanted = np.count_nonzero(right >= 0, axis=1)
    shares = np.count_nonzero(hit, axis=1)[wanted > 0] / wanted[wanted > 0]
    return float(shares.mean()) if len(shares) else 1.0
