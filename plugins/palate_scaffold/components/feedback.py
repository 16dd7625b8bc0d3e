"""The feedback `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from palate import Dataset, hookimpl


@dataclass
class PluginName:
    """A rating from `like` on is a like, the lowest rating a dislike, and all else was only seen."""

    name: ClassVar[str] = "plugin-name"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    like: float = 4.0
    lowest: float = 1.0

    def mark(self, dataset: Dataset) -> Dataset:
        """Every event stays: what was seen is not recommended again, whatever it says."""
        rating = dataset.interactions["rating"].to_numpy()
        strengths = np.where(rating >= self.like, 1.0, np.where(rating <= self.lowest, -1.0, 0.0))
        return dataset.with_strengths(strengths, pairs="last")


@hookimpl
def register_feedbacks() -> list[type]:
    return [PluginName]
