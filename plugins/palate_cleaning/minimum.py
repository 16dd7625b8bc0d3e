"""Too little to fit on, or too low to mean liking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge
from numpy.typing import NDArray

from palate.data import PARTS, Dataset, Fold
from palate_cleaning.rows import emptied, liked_only, ratings

Mask = NDArray[np.bool_]


@dataclass
class MinInteractions:
    """Only users with at least `users` different items, and items with at least `items` different users.

    Repeated until all who are left have enough among those who are left: the (users, items)-core. What
    cleaners before it keep as seen only is not counted.

    With `count: all` the others leave the catalogue, items without interactions among them; who stays
    depends on what comes after a split's cut, too. With `count: training` only the likes that train are
    counted, after feedback and split: the others are neither fitted on nor evaluated, and what users have
    seen of them stays seen. Users whose history is only given when they ask are not counted then.
    """

    name: ClassVar[str] = "min-interactions"

    users: Annotated[int, Ge(1)] = 1
    items: Annotated[int, Ge(1)] = 1
    count: Literal["all", "training"] = "all"

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError where no user is left."""
        if self.wants_fold():
            return dataset
        users, items = self._enough(dataset, dataset.likes)
        return dataset.keep(users=users, items=items)

    def wants_fold(self) -> bool:
        """Whether it is to look at what trains alone."""
        return self.count == "training"

    def restrict(self, dataset: Dataset, fold: Fold) -> Fold:
        """The fold without users and items that have too little in training.

        Raises DataError where no user is left.
        """
        users, items = self._enough(dataset, fold.rows("train") & dataset.likes)
        user, item = (dataset.interactions[name].to_numpy() for name in ("user", "item"))
        users[user[fold.rows("given")]] = True
        stays = users[user] & items[item]
        part = fold.part.copy()
        part[~stays & fold.rows("train", "given")] = PARTS["seen"]
        part[~stays & fold.rows("validation", "test")] = PARTS["unused"]
        return Fold(part)

    def _enough(self, dataset: Dataset, rows: Mask) -> tuple[Mask, Mask]:
        """The users and items that have enough among the interactions `rows`."""
        pairs = dataset.history(rows).matrix.tocoo()
        users, items = _core(*pairs.coords, pairs.shape, self.users, self.items)
        if not users.any():
            asked = f": no users have {self.users} items each that {self.items} of them share"
            raise emptied(self.name, dataset, asked)
        return users, items


@dataclass
class MinRating:
    """Only interactions rated at least `value` are likes; the others were seen.

    A missing rating is not enough. What was rated low stays seen: it is neither recommended again nor
    fitted on. `drop_rating: true` leaves interactions without ratings, for rankers that would weigh
    them otherwise. The feedback `ratings` says the same, and which ratings are dislikes.
    """

    name: ClassVar[str] = "min-rating"
    needs: ClassVar[frozenset[str]] = frozenset({"ratings"})

    value: float
    drop_rating: bool = False

    def apply(self, dataset: Dataset) -> Dataset:
        """Raises DataError without ratings, or where none is high enough."""
        high = ratings(dataset, self.name) >= self.value
        left = liked_only(dataset, high, self.name)
        return left.with_interactions(left.interactions.drop("rating")) if self.drop_rating else left


def _core(
    user: NDArray[Any], item: NDArray[Any], shape: tuple[int, int], users: int, items: int
) -> tuple[Mask, Mask]:
    """Who has `users` items and what has `items` users among those that do; none of either where none are."""
    while True:
        enough_items = np.bincount(user, minlength=shape[0]) >= users
        enough_people = np.bincount(item, minlength=shape[1]) >= items
        stays = enough_items[user] & enough_people[item]
        if stays.all():
            break
        user, item = user[stays], item[stays]
    if not len(user):
        return np.zeros(shape[0], bool), np.zeros(shape[1], bool)
    return enough_items, enough_people
