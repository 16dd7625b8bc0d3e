"""Scoring only what an index finds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.calling import checked_array
from palate.data import Query
from palate.data.few_scores import FewScores
from palate.errors import ComponentError
from palate.pipeline.allowed import Allowed

_PART = 16  # one item in so many is cheaper to score with all others than alone


def candidates(
    index: Any, interests: NDArray[np.float32], exact: bool = False, more: int = 0
) -> NDArray[np.int32]:
    """int32[n, interests x k]: the items nearest to any of each user's interests, -1 for none.

    k is the index's number of candidates, and `more`. An item may stand there twice. Interests of all
    zeros find nothing.
    """
    n, many, width = interests.shape
    rows = interests.reshape(n * many, width)
    find = index.exact if exact else index.search
    found = np.asarray(find(rows, index.candidates + more), np.int32)
    some = np.logical_or.reduce(rows, axis=1)
    if np.count_nonzero(some) < len(some):
        found[~some] = -1
    return found.reshape(n, -1)


def scored(ranker: Any, index: Any, query: Query, allowed: Allowed | None = None) -> NDArray[np.float32]:
    """float32[n, items]: the ranker's scores of the candidates, NaN for all other items.

    What is listed in `allowed` is a candidate for every user. Where so much is excluded that the index
    would have to give a large part of all items, all of them are scored.
    """
    items = wanted(index, query, allowed)
    if items is None:
        whole: NDArray[np.float32] = ranker.score(query)
        return whole
    row, place = np.nonzero(items >= 0)
    column = items[row, place]
    scores = np.full((len(query), query.history.n_items), np.nan, np.float32)
    if scores_few(ranker, query, allowed):
        scores[row, column] = ranker.score_items(query, items)[row, place]
    else:
        scores[row, column] = ranker.score(query)[row, column]
    return scores


def wanted(index: Any, query: Query, allowed: Allowed | None = None) -> NDArray[np.int32] | None:
    """int32[n, c]: the candidates, as in `scored`; None where all items are to be scored."""
    if query.interests is None:
        raise ComponentError("an index is searched with interest vectors; add `aggregate:` to its branch")
    listed = None if allowed is None else allowed.listed
    more = allowed.excluded if allowed is not None and listed is None else 0
    if more > query.history.n_items // _PART:
        return None
    items = candidates(index, query.interests, more=more)
    if listed is not None:
        items = np.hstack([items, np.tile(listed, (len(query), 1))])
    return items


def found_scores(ranker: Any, query: Query, items: NDArray[np.int32], who: str) -> list[FewScores]:
    """What `scored` gives for each user and these candidates, int32[n, c], which `who` scores."""
    scores = checked_array(ranker.score_items(query, items), who, items.shape)
    found = []
    for own, own_scores in zip(items, scores, strict=True):
        order = own.argsort()
        ascending = own[order]
        first = ascending >= 0
        first[1:] &= ascending[1:] != ascending[:-1]
        found.append(FewScores(ascending[first], own_scores[order[first]], np.nan, query.history.n_items))
    return found


def scores_few(ranker: Any, query: Query, allowed: Allowed | None = None) -> bool:
    """Whether the candidates are scored by themselves, and not with all others."""
    listed = None if allowed is None else allowed.listed
    few = listed is None or len(listed) <= query.history.n_items // _PART
    return few and hasattr(ranker, "score_items")
