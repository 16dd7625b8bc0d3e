"""Too little to learn from, or too low to mean liking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge

from palate.data import Dataset
from palate_cleaning.rows import emptied, kept, ratings


@dataclass
class MinInteractions:
    """Only people with at least `users` different items, and items with at least `items` different people.

    Repeated until all who are left have enough among those who are left: the (users, items)-core.
    The others leave the catalogue too, items without interactions among them.
    """

    name: ClassVar[str] = "min-interactions"

    users: Annotated[int, Ge(1)] = 1
    items: Annotated[int, Ge(1)] = 1

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError where nobody is left."""
        met = dataset.history().matrix.tocoo()
        user, item = met.coords
        while True:
            enough_items = np.bincount(user, minlength=met.shape[0]) >= self.users
            enough_people = np.bincount(item, minlength=met.shape[1]) >= self.items
            stays = enough_items[user] & enough_people[item]
            if stays.all():
                break
            user, item = user[stays], item[stays]
        if not len(user):
            asked = f": no people have {self.users} items each that {self.items} of them share"
            raise emptied(self.name, dataset, asked)
        return dataset.keep(users=enough_items, items=enough_people)


@dataclass
class MinRating:
    """Only interactions rated at least `value`; the ratings may go then.

    A missing rating is not enough. `drop_rating: true` leaves interactions without ratings, for
    rankers that would weigh them otherwise. People and items stay in the catalogue.
    """

    name: ClassVar[str] = "min-rating"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    value: float
    drop_rating: bool = False

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError without ratings, or where none is high enough."""
        high = ratings(dataset, self.name) >= self.value
        left = kept(dataset, high, self.name)
        return left.with_interactions(left.interactions.drop("rating")) if self.drop_rating else left
