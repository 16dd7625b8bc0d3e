"""The last events of some users, held out of training to see when to stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import History

USERS = 5000
EVENTS = 3
ENOUGH = 20
K = 10
BLOCK = 512


@dataclass(frozen=True)
class HeldOut:
    """What is left to train on, and the events held out of it.

    `history` has a row for every user, without the held-out events. `users` int64[m] are the rows whose last
    event is held out to be predicted, `target` int32[m] the item of that event.
    """

    history: History
    users: NDArray[np.int64]
    target: NDArray[np.int32]

    def ndcg(self, scores: NDArray[np.float32], rows: slice = slice(None)) -> NDArray[np.float64]:
        """float64[m]: NDCG@10 of each user's event, of float32[m, items] for these `rows` of `users`.

        All items are ranked but those of the user's remaining history.
        """
        best, _ = top_k(scores.copy(), K, self.history.take(self.users[rows]).matrix)
        row, place = np.nonzero(best == self.target[rows, None])
        found = np.zeros(len(scores))
        found[row] = 1 / np.log2(place + 2)
        return found

    def popularity(self) -> float:
        """The mean NDCG@10 of ranking by popularity, the control for what is trained; 0 for no events."""
        counts, values = self.history.popularity.astype(np.float32), [np.zeros(0)]
        for start in range(0, len(self.users), BLOCK):
            rows = slice(start, start + BLOCK)
            values.append(self.ndcg(np.tile(counts, (len(self.users[rows]), 1)), rows))
        found = np.concatenate(values)
        return float(found.mean()) if len(found) else 0.0


def hold_out(
    history: History,
    rng: np.random.Generator,
    users: int = USERS,
    among: NDArray[np.bool_] | None = None,
) -> HeldOut:
    """The history without the last event of up to `users` users, drawn among those with three events or more.

    An event is held out only if its item is left in another user's history and not in the rest of the user's
    own. With fewer than 20 such events nothing is held out: a value on them would be chance. With `among`
    (bool[users]) only these users count, such as those of whom an earlier fit did not know all.
    """
    able = np.flatnonzero((history.counts >= EVENTS) & (True if among is None else among))
    if len(able) > users:
        able = np.sort(rng.choice(able, users, replace=False))
    last = history.indptr[able + 1] - 1
    target = history.items[last]
    kept = np.ones(len(history.items), bool)
    kept[last] = False
    rest = history.only(kept)
    again = np.isin(_pairs(able, target, history.n_items), _pairs(rest.owners, rest.items, history.n_items))
    fair = (rest.popularity[target] > 0) & ~again
    if np.count_nonzero(fair) < ENOUGH:
        return HeldOut(history, np.empty(0, np.int64), np.empty(0, np.int32))
    kept[last[~fair]] = True
    return HeldOut(history.only(kept), able[fair].astype(np.int64), target[fair])


def _pairs(users: NDArray[np.integer], items: NDArray[np.integer], n_items: int) -> NDArray[np.int64]:
    """One number for each user with an item."""
    return users.astype(np.int64) * n_items + items
