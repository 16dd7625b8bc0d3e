"""The fuser `plugin-name` for palate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate import Query, hookimpl


@dataclass
class PluginName:
    """Points from each branch by the share of the items that an item leaves behind."""

    name: ClassVar[str] = "plugin-name"

    power: Annotated[float, Gt(0)] = 2.0
    """Above 1 the best places count more than in proportion."""

    def fuse(self, scores: Mapping[str, NDArray[np.float32]], query: Query) -> NDArray[np.float32]:
        """float32[n, items] from one such block a branch; NaN where no branch has an opinion."""
        blocks = [self._points(block) for block in scores.values()]
        known = np.sum([~np.isnan(block) for block in blocks], axis=0)
        total = np.sum([np.nan_to_num(block) for block in blocks], axis=0, dtype=np.float32)
        return np.where(known > 0, total / np.maximum(known, 1), np.nan).astype(np.float32)

    def _points(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        behind = block.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        points = (behind / block.shape[1]) ** self.power
        return np.where(np.isnan(block), np.nan, points).astype(np.float32)


@hookimpl
def register_fusers() -> list[type]:
    return [PluginName]
