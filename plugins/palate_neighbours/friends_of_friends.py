"""Whom to follow: those whom the users one follows do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.products import SparseWeights, history_product
from palate.data import Query, Training
from palate.data.attributes import column_of
from palate.errors import ComponentError
from palate_neighbours.votes import Discount, numbered, votes


@dataclass
class FriendsOfFriends:
    """Items liked by the users that a history is made of, where items are users or are made by them.

    Each item of the history stands for a user: the one with its id, or the one that its attribute `column`
    names, such as an author. A score is the sum of those users' likes of the item.

    Liben-Nowell and Kleinberg, The link-prediction problem for social networks, JASIST 2007; the discount
    `log` is that of Adamic and Adar.
    """

    name: ClassVar[str] = "friends-of-friends"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})

    column: str | None = None
    """The attribute of the items with the id of a user; null: their own id is one."""
    discount: Discount = "log"
    """A user with many items counts less: 1 / log(1 + items), 1 / items, or not at all."""

    votes_: SparseWeights = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> FriendsOfFriends:
        """Keep the votes behind each item, sparse float32[items, items].

        Raises ComponentError without the attribute, or where no item stands for a user.
        """
        items = training.items
        who = items.ids if self.column is None else column_of(items, self.column)
        rows = numbered(who, training.users)
        there = np.flatnonzero(rows >= 0)
        if not len(there):
            what = "id" if self.column is None else f"{self.column!r}"
            raise ComponentError(
                f"ranker {self.name!r} is for items that stand for users, and no item's {what} is the id of "
                "a user; `column` says which attribute of the items is"
            )
        ones = np.ones(len(there), np.float32)
        users = sp.csr_array((ones, (there, rows[there])), shape=(len(items), training.users.height))
        found = sp.csr_array(users @ votes(training.history, self.discount))
        found.sort_indices()
        self.votes_ = SparseWeights(found)
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: the sum over the users that the history stands for."""
        return history_product(query.history.matrix, self.votes_)
