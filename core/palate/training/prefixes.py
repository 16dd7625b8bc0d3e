"""Histories up to an event, from which that event is to be predicted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate.data import History

PLACES = 64
"""Of a history with more events, so many are predicted in an epoch, drawn at random."""


def drawn(history: History, users: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """int64[m]: numbers of events of these users to be predicted, in order, none the first of its user.

    All of a user's, or 64 drawn at random.
    """
    counts = history.counts[users] - 1
    owner = np.repeat(np.arange(len(users)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    events = history.indptr[users][owner] + 1 + np.arange(len(owner)) - first
    if counts.max(initial=0) <= PLACES:
        return events.astype(np.int64)
    order = np.lexsort((rng.random(len(owner)), owner))
    kept = np.zeros(len(owner), bool)
    kept[order[np.arange(len(owner)) - first < PLACES]] = True
    return events[kept].astype(np.int64)


def before(history: History, events: NDArray[np.int64]) -> History:
    """One history for each of these events (numbers into `history.items`): what its user did before it."""
    users = history.owners[events]
    whole = history.take(users)
    place = np.arange(len(whole.items)) - np.repeat(whole.indptr[:-1], whole.counts)
    return whole.only(place < np.repeat(events - history.indptr[users], whole.counts))
