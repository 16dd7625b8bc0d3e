"""Histories as texts: what each user liked, in its order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import History, Training
from palate.errors import ComponentError
from palate_finetune.pairs import FEWEST


def document(texts: Sequence[str], separator: str) -> str:
    """The texts of items, one after another."""
    return separator.join(text for text in texts if text)


def documents(training: Training, texts: NDArray[Any], events: int, separator: str) -> NDArray[Any]:
    """object[n]: what each user liked as texts of at most so many items, in its order; blank ones left
    out.
    """
    own = texts[training.history.items]
    found = [document(own[start:end], separator) for start, end in stretches(training.history, events)]
    return np.array([text for text in found if text], object)


def stretches(history: History, events: int, least: int = 2) -> NDArray[np.int64]:
    """int64[n, 2]: starts and ends in `history.items` of stretches of at most `events` events of a user."""
    from palate.training import windows

    starts, ends = windows(history, max(events - 1, 1), least)
    return np.stack([starts, ends], axis=1)


def enough(found: NDArray[Any], name: str, what: str) -> None:
    """Raise ComponentError for too few examples."""
    if len(found) < FEWEST:
        raise ComponentError(
            f"objective {name!r}: there are {len(found)} {what}; it takes {FEWEST} or more. Take more data, "
            "or another objective"
        )
