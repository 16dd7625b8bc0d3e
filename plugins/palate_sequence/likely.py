"""How far back events say what comes next, and how much popularity does: what made events most likely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data import History

Auto = Literal["auto"]
Floats = NDArray[np.float64]

EVENTS = 10_000  # that are predicted: more change nothing, and an update would wait for them
SMOOTHINGS = tuple(2.0**power for power in range(-2, 10))
DECAYS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
NOTHING_KNOWN = (1.0, 0.5)


def most_likely(
    history: History, counts: sp.csr_array, last: int, smoothing: float | Auto, decay: float | Auto
) -> tuple[float, float]:
    """`smoothing` and `decay` themselves, or with `auto` what makes the events of histories most likely.

    Each of some 10,000 events of the later halves of histories, evenly spread, is predicted from the `last`
    ones before it, its own transition left out of the `counts` (sparse [items, items]) and itself out of
    popularity. Of `SMOOTHINGS` and `DECAYS` those are taken whose mean log probability is greatest. It is
    deterministic and takes a time that does not depend on the number of items.
    """
    smoothings = SMOOTHINGS if smoothing == "auto" else (smoothing,)
    decays = DECAYS if decay == "auto" else (decay,)
    if len(smoothings) == len(decays) == 1:
        return smoothings[0], decays[0]
    drawn = _Drawn.of(history, counts, last)
    if not len(drawn.share):
        return (
            NOTHING_KNOWN[0] if smoothing == "auto" else smoothing,
            NOTHING_KNOWN[1] if decay == "auto" else decay,
        )
    found = [(drawn.likelihood(each, decays), each) for each in smoothings]
    values = np.array([value for value, _ in found])
    row, column = np.unravel_index(values.argmax(), values.shape)
    return smoothings[row], decays[column]


@dataclass(frozen=True)
class _Drawn:
    """Events to predict: what is counted for each after each of those before it, float64[last, events]."""

    follows: Floats
    """How often the event's item came right after the item k places before it, itself left out."""
    total: Floats
    """How often anything did."""
    share: Floats
    """The share of its item among all other events."""
    before: NDArray[np.int64]
    """How many events it is predicted from."""

    @classmethod
    def of(cls, history: History, counts: sp.csr_array, last: int) -> _Drawn:
        place = np.arange(len(history.items)) - history.indptr[history.owners]
        popularity = np.bincount(history.items, minlength=history.n_items)
        known = (place > 0) & (2 * place >= history.counts[history.owners])
        at = np.flatnonzero(known & (popularity[history.items] > 1))
        at = at[np.linspace(0, len(at) - 1, min(EVENTS, len(at))).astype(np.int64)]
        item, before = history.items[at], np.minimum(place[at], last)
        follows, total = np.zeros((2, int(before.max(initial=0)), len(at)))
        after = np.asarray(counts.sum(axis=1, dtype=np.float64))
        for back in range(len(follows)):
            there = np.flatnonzero(before > back)
            source = history.items[at[there] - 1 - back]
            own = back == 0  # the transition to the event itself
            follows[back, there] = np.asarray(counts[source, item[there]]).ravel() - own
            total[back, there] = after[source] - own
        return cls(follows, total, (popularity[item] - 1) / max(len(history.items) - 1, 1), before)

    def likelihood(self, smoothing: float, decays: tuple[float, ...]) -> list[float]:
        """The mean log probability for each decay."""
        back = np.arange(len(self.follows))
        probability = (self.follows + smoothing * self.share) / (self.total + smoothing)
        probability[back[:, None] >= self.before] = 0.0
        weights = np.array(decays)[:, None] ** back
        whole = weights.cumsum(axis=1)[:, self.before - 1]
        values: list[float] = np.log((weights @ probability) / whole).mean(axis=1).tolist()
        return values
