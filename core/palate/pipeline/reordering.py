"""What a reranker may do with a ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.calling import calling, checked_array, checked_type
from palate.data import Query, Ranking
from palate.errors import ComponentError


def reordered(reranker: Any, query: Query, before: Ranking) -> Ranking:
    """The ranking that a reranker makes of another.

    Raises ComponentError where it is no ranking of these users, holds an item that the other did not,
    or one twice, or where the reranker changes what it is given.
    """
    who = f"reranker {reranker.name!r}"
    with calling(who):
        after: Ranking = checked_type(reranker.rerank(query, before), who, Ranking)
    checked_array(after.items, who, before.items.shape, "int32", "items")
    checked_array(after.scores, who, before.items.shape, "float32")
    checked_array(after.users, who, before.users.shape, "int32", "users")
    same, kept = np.sort(before.items, 1), np.sort(after.items, 1)
    if (same != kept).any() and not _fewer(kept, before.items):
        raise ComponentError(f"{who} must give the same items in another order, or fewer")
    if ((after.items[:, :-1] < 0) & (after.items[:, 1:] >= 0)).any():
        raise ComponentError(f"{who} must put -1 behind the items that are left")
    return after


def _fewer(kept: NDArray[np.int32], before: NDArray[np.int32]) -> bool:
    """Whether each row of `kept`, sorted, has only items of the same row of `before`, none twice."""
    if ((kept[:, 1:] == kept[:, :-1]) & (kept[:, 1:] >= 0)).any():
        return False
    width = int(max(kept.max(initial=0), before.max(initial=0))) + 2
    row = np.arange(len(kept), dtype=np.int64)[:, None] * width
    left = (kept >= 0) & ~np.isin(row + kept, row + before)
    return not left.any()
