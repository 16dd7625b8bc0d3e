"""What a user's friends like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate.data import Query, Training
from palate.errors import ComponentError, closest, listed
from palate_neighbours.votes import Discount, numbered, votes

SEPARATORS = r"[|;,\s]+"


@dataclass
class Friends:
    """Items that a user's friends like, where the users have a column that names their friends.

    A score is the sum of the friends' likes of the item. A user of whom no friends are known gets no score.
    """

    name: ClassVar[str] = "friends"

    column: str = "follows"
    """The attribute of the users with the ids of their friends: a list, or text with separators."""
    discount: Discount = "log"
    """A friend with many items counts less: 1 / log(1 + items), 1 / items, or not at all."""

    friends_: sp.csr_array = field(init=False, repr=False, compare=False)
    votes_: SparseWeights = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Friends:
        """Find everybody's friends. Raises ComponentError without the attribute, or for ids of nobody."""
        self.friends_ = _friends(training.users, self.column)
        self.votes_ = SparseWeights(votes(training.history, self.discount))
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum over friends; NaN for a user without any."""
        rows = query.users if query.rows is None else query.rows
        own = self.friends_[np.maximum(rows, 0)]
        own = sp.csr_array(own.multiply((rows >= 0)[:, None].astype(np.float32)))
        own.eliminate_zeros()
        scores = history_product(own, self.votes_)
        scores[np.diff(own.indptr) == 0] = np.nan
        return scores


def _friends(users: pl.DataFrame, column: str) -> sp.csr_array:
    """Users x users, float32: 1 where the one names the other. Ids of nobody count for nothing."""
    others = [name for name in users.columns if name != "id"]
    if column not in others:
        raise ComponentError(
            f"ranker 'friends': the users have no attribute {column!r}; they have "
            f"{listed(others, 12) or 'none at all'}.{closest(column, others)}"
        )
    series = users[column]
    if isinstance(series.dtype, pl.List):
        lists = series.cast(pl.List(pl.String))
    else:
        lists = series.cast(pl.String).fill_null("").str.replace_all(SEPARATORS, " ").str.split(" ")
    pairs = pl.DataFrame({"row": np.arange(len(users)), "id": lists}).explode("id").drop_nulls()
    pairs = pairs.with_columns(friend=numbered(pairs["id"], users)).filter(pl.col("friend") >= 0).unique()
    if pairs.is_empty():
        raise ComponentError(f"ranker 'friends': no id in {column!r} is that of a user")
    places = (pairs["row"].to_numpy(), pairs["friend"].to_numpy())
    return sp.csr_array((np.ones(pairs.height, np.float32), places), shape=(len(users), len(users)))
