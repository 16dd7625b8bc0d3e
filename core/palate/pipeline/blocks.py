"""Rankings in blocks of users: parting them, putting them together, and naming what is in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Items, Ranking


def blocks(n: int, step: int) -> Iterator[slice]:
    """The slices of n rows, `step` rows each but for the last."""
    return (slice(start, min(start + step, n)) for start in range(0, n, step))


def joined(parts: list[Ranking], k: int) -> Ranking:
    """One ranking of several, in their order; without parts, one of k items for no users."""
    if not parts:
        empty = np.empty((0, k), np.int32)
        return Ranking(np.empty(0, np.int32), empty, empty.astype(np.float32))
    users, items, scores = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("users", "items", "scores")
    )
    return Ranking(users, items, scores)


def named(ranking: Ranking, users: pl.Series, items: Items) -> pl.DataFrame:
    """`user`, `rank`, `item`, `title` and `score`, a row for each recommendation; `users` are ids."""
    n, k = ranking.items.shape
    row = np.repeat(ranking.users, k)
    real = ranking.items.ravel() >= 0
    frame = pl.DataFrame(
        {
            "user": _gathered(users, row),
            "rank": np.tile(np.arange(1, k + 1, dtype=np.int32), n),
            "item": _gathered(items.ids, ranking.items.ravel()),
            "title": _gathered(items.titles, ranking.items.ravel()),
            "score": ranking.scores.ravel(),
        }
    )
    return frame.filter(pl.Series(real))


def _gathered(values: pl.Series, rows: NDArray[np.int32]) -> pl.Series:
    numbers = pl.Series(np.where(rows >= 0, rows, 0).astype(np.uint32))
    return values.gather(numbers)
