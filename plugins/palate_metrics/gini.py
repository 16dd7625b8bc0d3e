"""How unequally the items of the catalogue are recommended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt

from palate.data import Ranking, Truth


@dataclass
class Gini:
    """Inequality of how often items are recommended: 0 all equally, 1 one item only. Lower is better.

    With x₁ ≤ … ≤ xₙ how often each of the n items of the catalogue is among the first k of a user,
    also those never recommended: G = Σ (2j - n - 1)·xⱼ / (n·Σ xⱼ), at most 1 - 1/n. Some papers and
    Elliot give 1 - G instead. Gini, Variabilità e mutabilità, 1912; for recommendations Fleder and
    Hosanagar, Blockbuster culture's next rise or fall, Management Science 2009.
    """

    name: ClassVar[str] = "gini"
    bounds: ClassVar[tuple[float, float]] = (0, 1)
    lower_is_better: ClassVar[bool] = True

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def overall(self, ranking: Ranking, truth: Truth) -> float:
        """One value in [0, 1) for all users together; NaN where nothing is ranked."""
        items = ranking.items[:, : self.k]
        shown = np.sort(np.bincount(items[items >= 0], minlength=truth.n_items))
        if not shown.any():
            return float("nan")
        n = truth.n_items
        return float((2 * np.arange(1, n + 1) - n - 1) @ shown / (n * shown.sum()))
