"""The vectors and interests that a content ranker gets, checked before use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import Query, Training
from palate.errors import ComponentError


def item_vectors(training: Training, name: str) -> tuple[Vectors, NDArray[np.bool_]]:
    """The item vectors float32[items, d], and which of them are all zeros.

    Raises ComponentError where there are none, or some hold NaN or infinite numbers.
    """
    if training.vectors is None:
        raise ComponentError(
            f"ranker {name!r} needs item vectors; add `encode:` and `aggregate:` to its branch"
        )
    bad = np.flatnonzero(~np.isfinite(training.vectors).all(axis=1))
    if len(bad):
        raise ComponentError(
            f"ranker {name!r} got vectors with NaN or infinite numbers for {len(bad):,} of "
            f"{len(training.vectors):,} items, the first {training.items.titles[int(bad[0])]!r}"
        )
    return training.vectors, np.count_nonzero(training.vectors, axis=1) == 0


def interests_of(query: Query, width: int) -> Vectors:
    """The interests float32[n, k, width]. Raises ComponentError where there are none of that width."""
    if query.interests is None:
        raise ComponentError("this ranker needs interest vectors; add `aggregate:` to its branch")
    if query.interests.shape[2] != width:
        raise ComponentError(
            f"the items' vectors have {width} dimensions and the interests {query.interests.shape[2]}; an "
            "aggregator must make interests in the space of the items"
        )
    return query.interests
