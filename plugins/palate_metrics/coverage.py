"""Catalogue coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from palate.data import Ranking, Truth


@dataclass
class Coverage:
    """Share of the catalogue that is among the first k of anybody.

    Different items in all the first k / items in the catalogue. It counts everyone who got a
    ranking, also those without relevant items, and the whole catalogue, also items nobody has met.
    Herlocker et al., Evaluating collaborative filtering recommender systems, TOIS 2004.
    """

    name: ClassVar[str] = "coverage"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One figure in [0, 1] for all people together; 0 for an empty catalogue."""
        shown = np.zeros(truth.n_items, bool)
        items = ranking.items[:, : self.k]
        shown[items[items >= 0]] = True
        return float(shown.mean()) if truth.n_items else 0.0
