"""What a step takes out of the data."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from palate.data import Dataset
from palate.findings.finding import Finding, percent

MUCH = 0.5
"""The share of the users or items from which their loss is a warning."""


@dataclass(frozen=True)
class Size:
    """How many events there are, users and items with at least one, and events that are likes."""

    events: int
    users: int
    items: int
    likes: int


def size(dataset: Dataset) -> Size:
    users, items = (
        int(np.count_nonzero(np.bincount(dataset.interactions[name].to_numpy()))) for name in ("user", "item")
    )
    return Size(dataset.interactions.height, users, items, int(dataset.likes.sum()))


def lost(who: str, before: Size, after: Size) -> list[Finding]:
    """A warning where a step, such as `cleaner 'min-interactions'`, takes out most users or items."""
    said = [
        f"{had - has:,} of {had:,} {what} ({percent(had - has, had)})"
        for what, had, has in (("users", before.users, after.users), ("items", before.items, after.items))
        if had and (had - has) / had >= MUCH
    ]
    if not said:
        return []
    numbers = {"before": asdict(before), "after": asdict(after)}
    return [Finding("lost", f"{who} leaves {' and '.join(said)} without events", numbers=numbers)]
