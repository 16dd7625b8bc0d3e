"""Nothing that is too far away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
import polars as pl
from annotated_types import Gt, MaxLen, MinLen
from numpy.typing import NDArray

from palate.data import Query, Training
from palate.errors import ComponentError, listed
from palate_reranking.filtering import Filter, numbers

EARTH = 6371.0088
"""The mean radius of the earth in kilometres."""
Places = NDArray[np.float64]


@dataclass
class Distance(Filter):
    """Only items within so many kilometres: of a place, of the user's home, or of where they last were.

    Distances are great circles on a sphere (haversine), 0.5% off at most. A user of whom no place is known
    may get every item.
    """

    name: ClassVar[str] = "distance"

    km: Annotated[float, Gt(0)]
    """The greatest distance, in kilometres."""
    of: Literal["last", "any", "user"] = "last"
    """From where: the item of the user's newest event, the nearest of all their items, or the user's own
    place, which the users have under the same names of columns as the items."""
    place: Annotated[list[float], MinLen(2), MaxLen(2)] | None = None
    """One place for every user, instead: latitude and longitude, such as `[48.86, 2.35]`."""
    latitude: str = "latitude"
    """The attribute of the items with the latitude in degrees, north above 0."""
    longitude: str = "longitude"
    """The attribute with the longitude in degrees, east above 0."""
    unknown: Literal["drop", "keep"] = "drop"
    """Whether items without a place are left out, for users who have one."""

    items_: Places = field(init=False, repr=False, compare=False)
    users_: Places | None = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Distance:
        """Keep the places, float64[items, 2] in degrees.

        Raises ComponentError without the attributes, or for degrees that are none.
        """
        who = f"reranker {self.name!r}"
        names = (self.latitude, self.longitude)
        self.items_ = _degrees(who, np.stack([numbers(who, training.items, name) for name in names], axis=1))
        self.users_ = None
        if self.place is not None:
            _degrees(f"{who}: place", np.array([self.place]))
        elif self.of == "user":
            missing = [name for name in names if name not in training.users.columns]
            if missing:
                others = [name for name in training.users.columns if name != "id"]
                raise ComponentError(
                    f"{who} with `of: user` needs users with the columns {listed(names)}; they have "
                    f"{listed(others) or 'none'}"
                )
            homes = training.users.select(pl.col(name).cast(pl.Float64, strict=False) for name in names)
            self.users_ = _degrees(f"{who}: users", homes.fill_null(float("nan")).to_numpy())
        return self

    def allows(self, query: Query) -> NDArray[np.bool_]:
        """bool[n, items]: the items that are near enough to each user."""
        near = np.isnan(self.items_).any(axis=1) & (self.unknown == "keep")
        if self.place is not None:
            row = near | (kilometres(np.array([self.place], float), self.items_)[0] <= self.km)
            return np.broadcast_to(row, (len(query), len(row)))
        if self.of == "any":
            return self._near_any(query, near)
        start = self._starts(query)
        found = near | (kilometres(start, self.items_) <= self.km)
        found[np.isnan(start).any(axis=1)] = True
        return found

    def _starts(self, query: Query) -> Places:
        """float64[n, 2]: where each user is, NaN where nobody knows."""
        found = np.full((len(query), 2), np.nan)
        if self.users_ is not None:
            rows = query.users if query.rows is None else query.rows
            known = rows >= 0
            found[known] = self.users_[rows[known]]
            return found
        events = query.masked
        there = ~np.isnan(self.items_[events.items]).any(axis=1)
        found[events.owners[there]] = self.items_[events.items[there]]  # the newest is written last
        return found

    def _near_any(self, query: Query, near: NDArray[np.bool_]) -> NDArray[np.bool_]:
        events = query.masked.matrix
        found = np.empty(events.shape, bool)
        for row in range(len(query)):
            own = self.items_[events.indices[events.indptr[row] : events.indptr[row + 1]]]
            own = own[~np.isnan(own).any(axis=1)]
            found[row] = near | (kilometres(own, self.items_) <= self.km).any(axis=0) if len(own) else True
        return found


def kilometres(one: Places, other: Places) -> NDArray[np.float64]:
    """float64[n, m]: the great circle between each of n places and each of m, in degrees; NaN for none.

    The haversine formula: Sinnott, Virtues of the haversine, Sky and Telescope 1984.
    """
    (north, east), (to_north, to_east) = np.radians(one.T)[:, :, None], np.radians(other.T)[:, None, :]
    across = np.sin((to_north - north) / 2) ** 2
    along = np.cos(north) * np.cos(to_north) * np.sin((to_east - east) / 2) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.clip(across + along, 0, 1))), np.float64)


def _degrees(who: str, places: Places) -> Places:
    for values, name, most in zip(places.T, ("latitudes", "longitudes"), (90, 180), strict=True):
        known = values[~np.isnan(values)]
        wrong = known[np.abs(known) > most]
        if len(wrong):
            raise ComponentError(
                f"{who}: {name} are degrees from -{most} to {most}; there are {len(wrong):,} others, such as "
                f"{wrong[0]:g}"
            )
    return places
