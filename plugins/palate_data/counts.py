"""Counts over a data set that the terminal, the page and the JSON share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset, Fold


def span(dataset: Dataset) -> tuple[int, int] | None:
    """The first and the last time, in seconds since 1970; None without times."""
    if not dataset.has_times:
        return None
    time = dataset.interactions["time"].to_numpy()
    return int(time.min()), int(time.max())


def event_counts(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many events each user and each item has, of those that have any."""
    counts = (np.bincount(dataset.interactions[column].to_numpy()) for column in ("user", "item"))
    users, items = (count[count > 0] for count in counts)
    return users, items


def density(dataset: Dataset) -> float:
    """The share of pairs of a user and an item, each with events, that have an event."""
    users, items = event_counts(dataset)
    user, item = (dataset.interactions[column].to_numpy().astype(np.int64) for column in ("user", "item"))
    pairs = len(np.unique(user * len(dataset.items) + item))
    return pairs / (len(users) * len(items))


def overlap(dataset: Dataset, fold: Fold) -> dict[str, float]:
    """The share of the test part's users, items and pairs that have an event before."""
    user, item = (dataset.interactions[column].to_numpy().astype(np.int64) for column in ("user", "item"))
    kinds = {"users": user, "items": item, "pairs": user * len(dataset.items) + item}
    test, before = fold.rows("test"), fold.before()
    found = {}
    for kind, ids in kinds.items():
        tested = np.unique(ids[test])
        found[kind] = float(np.isin(tested, ids[before]).mean()) if len(tested) else 0.0
    return found


def tail(counts: NDArray[np.int64], points: int = 200) -> list[tuple[float, float]]:
    """(rank, events) of items from the most popular down, at most so many, evenly on a log scale."""
    ordered = np.sort(counts)[::-1]
    ranks = np.unique(np.geomspace(1, len(ordered), points).astype(int))
    return [(float(rank), float(ordered[rank - 1])) for rank in ranks]


def head_share(counts: NDArray[np.int64], share: float = 0.1) -> float:
    """The share of events that the most popular `share` of the items have."""
    ordered = np.sort(counts)[::-1]
    return float(ordered[: max(1, round(share * len(ordered)))].sum() / ordered.sum())
