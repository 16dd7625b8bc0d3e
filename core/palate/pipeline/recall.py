"""How much of what an index should find it finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.pipeline.branch import FittedBranch
from palate.pipeline.candidates import candidates

_ASKED = 200


def recalls(branches: Sequence[FittedBranch], query: Query, rng: np.random.Generator) -> dict[str, float]:
    """By branch with an index, the share of the true nearest items that it finds.

    A mean over at most 200 of the users, drawn by the generator.
    """
    found = {}
    for branch in branches:
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
    """The mean share of the nearest items of each user that the index finds too; 1 where all are found."""
    nearest, given = candidates(index, interests, exact=True), candidates(index, interests)
    width = int(max(nearest.max(initial=0), given.max(initial=0))) + 2
    users = np.arange(len(nearest), dtype=np.int64)[:, None] * width
    hit = np.isin(users + nearest, users + given) & (nearest >= 0)
    wanted = np.count_nonzero(nearest >= 0, axis=1)
    shares = np.count_nonzero(hit, axis=1)[wanted > 0] / wanted[wanted > 0]
    return float(shares.mean()) if len(shares) else 1.0
