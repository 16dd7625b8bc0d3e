"""The source `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from annotated_types import Ge

from palate import Dataset, hookimpl


@dataclass
class PluginName:
    """Made-up users of two tastes, each with more of one half of the items than of the other."""

    name: ClassVar[str] = "plugin-name"

    users: Annotated[int, Ge(2)] = 40
    items: Annotated[int, Ge(4)] = 20
    seed: Annotated[int, Ge(0)] = 0

    def load(self) -> Dataset:
        """Interactions with times, items with titles. Ids may be numbers or text."""
        rng = np.random.default_rng(self.seed)
        user, item = (column.ravel() for column in np.indices((self.users, self.items)))
        seen = rng.random(len(item)) < np.where(user % 2 == item % 2, 0.7, 0.1)
        seen |= item == user % self.items
        events = pl.DataFrame({"user": user[seen], "item": item[seen]})
        times = 1_700_000_000 + rng.permutation(events.height) * 3600
        numbers = range(self.items)
        items = pl.DataFrame({"id": numbers, "title": [f"Item {number}" for number in numbers]})
        return Dataset.from_frames(events.with_columns(time=times), items)

    def gives(self) -> frozenset[str]:
        """What components may count on: times, and a text for each item."""
        return frozenset({"timestamps", "text"})

    def fingerprint(self) -> str:
        """Changes when the data do. These are made of the options alone, which palate compares itself."""
        return "1"


@hookimpl
def register_sources() -> list[type]:
    return [PluginName]
