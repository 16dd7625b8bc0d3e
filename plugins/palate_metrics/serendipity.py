"""Hits that a ranking by popularity would not have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate.data import Ranking, Truth
from palate_metrics.relevance import first_hits, with_relevant


@dataclass
class Serendipity:
    """Mean surprise of the hits among the first k, misses counting 0.

    A hit at place i surprises by max(0, (N + 1 - i) / N - (N + 1 - p) / N), with N items in the
    catalogue and p the item's place by popularity in training: 1 for the most popular, equally
    popular ones sharing a place and the next taking the following one; for an item without interactions
    the second fraction is 0. The mean is over the ranked items. Murakami, Mori and Orihara, Metrics
    for evaluating the serendipity of recommendation lists, JSAI 2007, with popularity as the
    primitive predictor, in the form of RecTools' Serendipity.
    """

    name: ClassVar[str] = "serendipity"
    bounds: ClassVar[tuple[float, float]] = (0, 1)

    k: Annotated[int, Gt(0)] = 10
    """How many of the first places count."""

    def score(self, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
        """float64[n] in [0, 1]; NaN for a user without relevant or ranked items."""
        hits = first_hits(ranking, truth, self.k)
        items = ranking.items[:, : self.k]
        expected = _expected(truth.popularity)[np.maximum(items, 0)]
        wanted = (truth.n_items - np.arange(items.shape[1])) / truth.n_items
        surprise = np.where(hits, np.maximum(wanted - expected, 0.0), 0.0).sum(axis=1)
        count = np.count_nonzero(items >= 0, axis=1)
        return with_relevant(np.where(count > 0, surprise / np.maximum(count, 1), np.nan), truth)


def _expected(popularity: NDArray[np.int64]) -> NDArray[np.float64]:
    """float64[items]: how strongly popularity alone would recommend each item, in [0, 1]."""
    levels, level = np.unique(popularity, return_inverse=True)
    place = len(levels) - level
    n = len(popularity)
    return np.where(popularity > 0, (n + 1 - place) / n, 0.0)
