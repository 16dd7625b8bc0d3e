"""The splitter `plugin-name` for palate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import polars as pl
from annotated_types import Gt

from palate import Dataset, Fold, hookimpl


@dataclass
class PluginName:
    """Of a random half of the users the last interactions are tested; all others train."""

    name: ClassVar[str] = "plugin-name"

    last: Annotated[int, Gt(0)] = 1

    def split(self, dataset: Dataset, rng: np.random.Generator) -> Iterator[Fold]:
        """One fold. A user with no more than `last` interactions keeps all of them in training."""
        from_end, count = (
            dataset.interactions.select(expression.over("user")).to_series().to_numpy()
            for expression in (pl.int_range(pl.len()).reverse(), pl.len())
        )
        chosen = rng.permutation(dataset.users.height) % 2 == 0
        asked = chosen[dataset.interactions["user"].to_numpy()]
        test = asked & (from_end < self.last) & (count > self.last)
        yield Fold.from_masks(dataset.interactions.height, test=test).check(dataset)


@hookimpl
def register_splitters() -> list[type]:
    return [PluginName]
