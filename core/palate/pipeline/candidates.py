"""Scoring only what an index finds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.errors import ComponentError


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
