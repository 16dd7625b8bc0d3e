"""How strongly weights between items are regularised where a recipe leaves it to the data."""

from __future__ import annotations

from typing import Literal

from palate.data import History

Penalty = float | Literal["auto"]
EVENTS_AN_ITEM = 3.0


def penalty(l2: Penalty, history: History) -> float:
    """`l2` itself, or with `auto` three times the mean number of events of an item that has any.

    The diagonal of XᵀX has the numbers of events, so that what is added to it grows with the data.
    """
    if l2 != "auto":
        return float(l2)
    known = history.popularity[history.popularity > 0]
    return EVENTS_AN_ITEM * float(known.mean()) if len(known) else EVENTS_AN_ITEM
