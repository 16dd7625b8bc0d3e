"""The cleaner `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import polars as pl
from annotated_types import Gt

from palate import Dataset, hookimpl


@dataclass
class PluginName:
    """Only the last so many interactions of each user count as likes."""

    name: ClassVar[str] = "plugin-name"

    last: Annotated[int, Gt(0)] = 100

    def apply(self, dataset: Dataset) -> Dataset:
        """Older interactions stay as seen: nobody is recommended what they have seen."""
        newest_first = pl.int_range(pl.len()).reverse().over("user")
        return dataset.seen_only(
            dataset.interactions.select(newest_first >= self.last).to_series().to_numpy()
        )


@hookimpl
def register_cleaners() -> list[type]:
    return [PluginName]
