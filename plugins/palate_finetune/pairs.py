"""Pairs of items that the same users liked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import History
from palate.errors import ComponentError

FEWEST = 16
"""Fewer examples than this say nothing."""


@dataclass(frozen=True)
class Pairs:
    """The events of users with two likes or more, from which pairs are drawn anew each epoch.

    A pair has two events of one user, at most `window` apart in their history, with different items and
    texts. Within an epoch no item is in more than `cap` pairs, so that a few popular ones do not fill them.
    """

    history: History
    texts: NDArray[Any]
    window: int
    cap: int

    def drawn(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """int64[n, 3]: user, item, another item of the user, in random order."""
        history = self.history
        places = np.arange(len(history.items))
        owner = history.owners.astype(np.int64)
        first, end = history.indptr[owner], history.indptr[owner + 1]
        low, high = np.maximum(first, places - self.window), np.minimum(end, places + self.window + 1)
        other = low + (rng.random(len(places)) * (high - low - 1)).astype(np.int64)
        other += other >= places  # never the event itself
        able = high - low > 1
        own, others = history.items[places[able]], history.items[other[able]]
        found = np.stack([owner[able], own, others], axis=1).astype(np.int64)
        there = (self.texts[own] != self.texts[others]) & (self.texts[own] != "") & (self.texts[others] != "")
        found = rng.permutation(found[there])
        return found[capped(found[:, 1], self.cap) & capped(found[:, 2], self.cap)]

    def check(self, name: str) -> None:
        """Raise ComponentError where there are too few."""
        found = len(self.drawn(np.random.default_rng(0)))
        if found < FEWEST:
            raise ComponentError(
                f"objective {name!r}: there are {found} pairs of items that the same user liked, with "
                f"different texts; it takes {FEWEST} or more. Take more data, a wider `window`, or another "
                "objective"
            )


def capped(items: NDArray[np.int64], cap: int) -> NDArray[np.bool_]:
    """bool[n]: which are among the first `cap` places of their item."""
    order = np.argsort(items, kind="stable")
    ranked = items[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(items) else np.zeros(0, np.int64)
    nth = np.arange(len(items)) - np.repeat(starts, np.diff(np.r_[starts, len(items)]))
    found = np.zeros(len(items), bool)
    found[order] = nth < cap
    return found


def texts_of(training: Any) -> NDArray[Any]:
    """object[items]: the text of each item, stripped, "" where there is none."""
    return np.array([(text or "").strip() for text in training.text], object)
