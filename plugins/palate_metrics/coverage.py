"""Catalogue coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from palate.data import Ranking, Truth


@dataclass
class Coverage:
    """Share of the catalogue that is among the first k of at least one user.

    Different items in all the first k / items in the catalogue. All users with a
    ranking count, also those without relevant items, and the whole catalogue, also items without
    interactions.
    Herlocker et al., Evaluating collaborative filtering recommender systems, TOIS 2004.
    """

    name: ClassVar[str] = "coverage"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value in [0, 1] for all users together; 0 for an empty catalogue."""
        shown = np.zeros(truth.n_items, bool)
        items = ranking.items[:, : self.k]
        shown[items[items >= 0]] = True
        return float(shown.mean()) if truth.n_items else 0.0
