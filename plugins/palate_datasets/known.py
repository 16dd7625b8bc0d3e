"""What is published of a data set's size, and whether what was read agrees."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import polars as pl

from palate.data import Dataset

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """Published counts; None where none is published.

    `users` and `items` are those with events, `all_users` and `all_items` those of the tables too.
    """

    events: int | None = None
    users: int | None = None
    items: int | None = None
    all_users: int | None = None
    all_items: int | None = None

    def check(self, dataset: Dataset, name: str) -> None:
        """Report, as a warning that a run shows, where what was read has other counts."""
        seen = dataset.interactions.select(pl.col("user").n_unique(), pl.col("item").n_unique()).row(0)
        found = {
            "interactions": (self.events, dataset.interactions.height),
            "users with interactions": (self.users, seen[0]),
            "items with interactions": (self.items, seen[1]),
            "users": (self.all_users, dataset.users.height),
            "items": (self.all_items, len(dataset.items)),
        }
        differing = [
            f"expected {expected:,} {what}, found {got:,}"
            for what, (expected, got) in found.items()
            if expected is not None and expected != got
        ]
        if differing:
            logger.warning(
                "these files are not %s as it was published: %s; part of it may be missing, or it is "
                "another release",
                *(name, "; ".join(differing)),
            )
