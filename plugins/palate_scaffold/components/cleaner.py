"""The cleaner `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import polars as pl
from annotated_types import Gt

from palate import Dataset, hookimpl


@dataclass
class PluginName:
    """Only the last so many interactions of each person."""

    name: ClassVar[str] = "plugin-name"

    last: Annotated[int, Gt(0)] = 100

    def apply(self, dataset: Dataset) -> Dataset:
        """The same people and items. Interactions are kept by person, oldest first: so they lie."""
        return dataset.with_interactions(
            dataset.interactions.filter(pl.int_range(pl.len()).reverse().over("user") < self.last)
        )


@hookimpl
def register_cleaners() -> list[type]:
    return [PluginName]
