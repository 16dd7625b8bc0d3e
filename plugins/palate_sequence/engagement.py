"""Which items go with which, as another ranker says, and items held out as if they were new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import History, Query

BLOCK = 512
SHARE, FEWEST, USERS, K = 0.1, 20, 2000, 10


def engagement(
    teacher: Any, items: NDArray[np.int64], n_items: int, neighbours: int, power: float
) -> sp.csr_array:
    """Sparse float32[items, items]: how strongly the teacher recommends each item after one alone.

    Row i holds the scores above 0 that the fitted `teacher` gives to the other ones of `items` (row numbers)
    for a history of item i alone, the `neighbours` highest, to the `power`; rows of other items are empty. Of
    `ease` these are its weights between items.
    """
    among = np.full(n_items, np.nan, np.float32)
    among[items] = 0
    rows, columns, values = [], [], []
    for start in range(0, len(items), BLOCK):
        some = items[start : start + BLOCK]
        alone = History(np.arange(len(some) + 1, dtype=np.int64), some.astype(np.int32), n_items)
        scores = teacher.score(Query(np.full(len(some), -1, np.int32), alone)) + among
        best, value = top_k(scores, min(neighbours, len(items)), alone.matrix)
        row, place = np.nonzero((best >= 0) & (value > 0))
        rows.append(some[row])
        columns.append(best[row, place])
        values.append(value[row, place] ** np.float32(power))
    parts = [np.concatenate(part) if part else np.zeros(0, np.int64) for part in (values, rows, columns)]
    found = sp.coo_array((parts[0].astype(np.float32), (parts[1], parts[2])), shape=(n_items, n_items))
    return found.tocsr()


@dataclass(frozen=True)
class NewItems:
    """Items held out as if they had no event, and some users' events with them.

    `items` int64[h] are row numbers; `past` the users' other events, `relevant` bool[users, h] which of the
    held-out items they have an event with.
    """

    items: NDArray[np.int64]
    past: History
    relevant: NDArray[np.bool_]

    def ndcg(self, scores: NDArray[np.float32]) -> float:
        """The mean NDCG@10 of float32[users, h]: the held-out items ranked among themselves."""
        best, _ = top_k(scores.copy(), K)
        found = np.take_along_axis(self.relevant, np.maximum(best, 0), axis=1) & (best >= 0)
        gain = 1 / np.log2(np.arange(best.shape[1]) + 2)
        ideal = np.cumsum(gain)[np.minimum(self.relevant.sum(axis=1), len(gain)) - 1]
        return float(((found @ gain) / ideal).mean())


def hold_out_items(history: History, items: NDArray[np.int64], rng: np.random.Generator) -> NewItems | None:
    """A tenth of these items (row numbers), with up to 2,000 users that have an event with one and another.

    None where that is fewer than 20 items or users: a value on them would be chance.
    """
    held = np.sort(rng.choice(items, round(SHARE * len(items)), replace=False))
    out = np.zeros(history.n_items, bool)
    out[held] = True
    past = history.only(~out[history.items])
    relevant = history.matrix[:, held]
    users = np.flatnonzero((past.counts > 0) & (np.diff(relevant.indptr) > 0))
    if min(len(held), len(users)) < FEWEST:
        return None
    if len(users) > USERS:
        users = np.sort(rng.choice(users, USERS, replace=False))
    return NewItems(held, past.take(users), relevant[users].toarray() > 0)
