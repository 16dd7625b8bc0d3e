"""What was recommended, and what turned out to be right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.read_only import freeze
from palate.arrays.rows import entries_at, entry_rows
from palate.data.history import History
from palate.data.items import Items
from palate.data.rated import Rated


@dataclass(frozen=True)
class Ranking:
    """The best k items for each of n users.

    `users` int32[n] row numbers (-1 unknown), `items` int32[n, k] row numbers, best first, padded
    with -1, `scores` float32[n, k] beside them, padded with -inf. `wanted` is how many of the k will
    be kept, None where nobody has said.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    wanted: int | None = None

    def __post_init__(self) -> None:
        freeze(self, "users", "items", "scores")

    def __len__(self) -> int:
        return len(self.users)

    @property
    def k(self) -> int:
        return int(self.items.shape[1])

    def top(self, k: int) -> Ranking:
        """Only the first k of each."""
        return Ranking(self.users, self.items[:, :k], self.scores[:, :k])


@dataclass(frozen=True)
class Truth:
    """The ground truth of n users: their `relevant` items in compressed rows, each item once.

    `popularity` int64[items] counts the users with an event of each item in training, of `trained` users;
    `seen_again` counts events left out because the user had seen the item before and it is masked.

    What else a metric may ask for is None where nobody knows it: `gains`, float32 beside `relevant`,
    the last rating the user gave, or how strongly they like the item where there are no ratings;
    `history`, what each of the n had seen before, masked unless `masks` is False; `items`, the
    catalogue; `users`, one row with the attributes of each of the n; `rated`, every held-out rating
    beside the predicted one, of these and other users, for a metric with "predictions" in its `needs`.
    """

    indptr: NDArray[np.int64]
    relevant: NDArray[np.int32]
    n_items: int
    popularity: NDArray[np.int64]
    seen_again: int = 0
    trained: int = 0
    gains: NDArray[np.float32] | None = None
    history: History | None = None
    items: Items | None = None
    users: pl.DataFrame | None = None
    rated: Rated | None = None
    masks: bool = True

    def __post_init__(self) -> None:
        freeze(self, "indptr", "relevant", "popularity", "gains")

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many relevant items each user has."""
        return np.diff(self.indptr)

    def hits(self, ranking: Ranking) -> NDArray[np.bool_]:
        """bool[n, k]: which of the ranked items are relevant."""
        owners = np.repeat(np.arange(len(self), dtype=np.int64), self.counts)
        right = owners * self.n_items + self.relevant
        asked = np.arange(len(self), dtype=np.int64)[:, None] * self.n_items + ranking.items
        if not len(right):
            return np.zeros(ranking.items.shape, bool)
        place = np.minimum(np.searchsorted(right, asked), len(right) - 1)
        found: NDArray[np.bool_] = (right[place] == asked) & (ranking.items >= 0)
        return found

    @classmethod
    def of(
        cls,
        answers: History,
        seen: History,
        popularity: NDArray[np.int64],
        trained: int = 0,
        items: Items | None = None,
        users: pl.DataFrame | None = None,
        masks: bool = True,
    ) -> Truth:
        """The held-out items that the user had not seen before."""
        right, masked = answers.matrix, seen.matrix
        fresh = right - right.multiply(masked) if masks else right.copy()
        fresh.eliminate_zeros()
        fresh.sort_indices()
        return cls(
            fresh.indptr.astype(np.int64),
            fresh.indices.astype(np.int32),
            answers.n_items,
            popularity,
            int(right.nnz - fresh.nnz),
            trained,
            _ratings(answers, fresh),
            seen,
            items,
            users,
            masks=masks,
        )


def _ratings(answers: History, fresh: sp.csr_array) -> NDArray[np.float32] | None:
    """float32[nnz]: the last rating behind each entry of `fresh`, else its strength; None without both."""
    if answers.ratings is None and answers.strengths is None:
        return None
    rated = answers.weights if answers.ratings is None else answers.rating_matrix
    found: NDArray[np.float32] = rated.data[entries_at(rated, entry_rows(fresh), fresh.indices)]
    return found
