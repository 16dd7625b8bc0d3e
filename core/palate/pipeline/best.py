"""The best items of one user, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.pipeline.allowed import Allowed
from palate.pipeline.silence import Silence

if TYPE_CHECKING:
    from palate.pipeline.pipeline import Pipeline


@dataclass(frozen=True)
class Best:
    """The best items of one user: `items` int32[m], best first, and `scores` float32[m], without padding.

    `fallback` says that no branch could serve the user.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    fallback: bool = False


def best(pipeline: Pipeline, query: Query, k: int, include_seen: bool, limits: Allowed | None) -> Best:
    """What `Pipeline.rank` gives for the one user of the query."""
    silence = Silence()
    found = pipeline._ranking(
        query, pipeline._count(k), pipeline._shown(include_seen), limits, None, None, silence
    )
    there = found.items[0] >= 0
    return Best(found.items[0][there], found.scores[0][there], silence.fallback > 0)
