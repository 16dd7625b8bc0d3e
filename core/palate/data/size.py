"""How large what trains is, which is known before anything is fitted on it."""

from __future__ import annotations

from dataclasses import dataclass

from palate.data.history import History


@dataclass(frozen=True)
class Size:
    """The numbers of users and items, all of them, and of events that train.

    A ranker with `check_size(size)` raises ComponentError where it cannot be fitted on so much with its
    options, and returns what it will do otherwise than the options say, in words, or None. It is asked
    once the data are split, before any step is computed on them.
    """

    users: int
    items: int
    events: int

    @classmethod
    def of(cls, history: History) -> Size:
        """That of a history with a row for every user."""
        return cls(history.matrix.shape[0], history.n_items, history.matrix.nnz)
