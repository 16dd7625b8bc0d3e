"""What the splitters have in common: shares, and each event's place among its user's."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Lt
from numpy.typing import NDArray

from palate.data import Dataset
from palate.errors import ComponentError, DataError

Share = Annotated[float, Ge(0), Lt(1)]
Repeats = Literal["discover", "allow"]
"""`discover`: an item that a user has seen before is masked, and no relevant item. `allow`: repeats count,
and nothing is masked."""


def check_shares(splitter: str, test: float, validation: float) -> None:
    """Raises ComponentError where the two shares leave nothing to train on."""
    if test + validation >= 1:
        raise ComponentError(
            f"splitter {splitter!r}: test and validation must be less than 1 together, so that something "
            f"is left to train on; got {test:g} + {validation:g}"
        )


def times(dataset: Dataset, splitter: str) -> NDArray[np.int64]:
    """The time of each interaction. Raises DataError where the source has none."""
    if not dataset.has_times:
        raise DataError(f"splitter {splitter!r} needs timestamps, and the source has none; use 'random'")
    return dataset.interactions["time"].to_numpy()


def portion(share: float, of: Any) -> Any:
    """A share of a count, or of each of an array of counts, rounded to the nearest, halves up."""
    return np.floor(share * np.asarray(of) + 0.5).astype(np.int64)


def owners(dataset: Dataset) -> NDArray[np.int32]:
    """The user of each interaction; ascending, as `Dataset` keeps its rows."""
    return dataset.interactions["user"].to_numpy()


def places(dataset: Dataset, rng: np.random.Generator, by_time: bool) -> NDArray[np.int64]:
    """The place of each interaction among its user's: 0 for the newest, or at random.

    Of events in one second either may be the newer; chance decides. To go by item number would tie
    the split to how popular an item is: catalogues are numbered from old to new, and of the last
    events of MovieLens 100k most share their second with others.
    """
    user = owners(dataset)
    same = user[1:] == user[:-1]
    if by_time:
        time = dataset.interactions["time"].to_numpy()
        same &= time[1:] == time[:-1]
    group = np.concatenate([[0], np.cumsum(~same)])
    order = np.argsort(group + rng.random(len(user)), kind="stable")
    ends = np.cumsum(np.bincount(user, minlength=dataset.users.height))
    place = np.empty(len(user), np.int64)
    place[order] = ends[user] - 1 - np.arange(len(user))
    return place


def moments(dataset: Dataset, place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The place at which the moment of each event begins, and whether it is its user's oldest moment.

    `place` is that of `places` by time. What a user did in one second is one moment: which of it came
    first nobody knows, so that a split by time takes all of it or nothing.
    """
    user, time = owners(dataset), dataset.interactions["time"].to_numpy()
    new = np.concatenate([[True], (user[1:] != user[:-1]) | (time[1:] != time[:-1])])
    group = np.cumsum(new) - 1
    newest = np.full(group[-1] + 1 if len(group) else 0, np.iinfo(np.int64).max)
    np.minimum.at(newest, group, place)
    last = np.concatenate([user[1:] != user[:-1], [True]])  # rows go from old to new
    oldest = np.zeros(len(newest), bool)
    oldest[group[np.concatenate([[True], last[:-1]])]] = True
    return newest[group], oldest[group]


def newest_moments(
    dataset: Dataset,
    rng: np.random.Generator,
    tested: NDArray[np.int64],
    validated: NDArray[np.int64],
) -> dict[str, NDArray[np.bool_]]:
    """Masks of each user's newest events: at least so many (int64[users]) test, and of the rest validate.

    Moments stay whole, so that there may be more, and the oldest moment of each user trains.
    """
    user = owners(dataset)
    begins, oldest = moments(dataset, places(dataset, rng, by_time=True))
    test = (begins < tested[user]) & ~oldest
    taken = np.bincount(user[test], minlength=dataset.users.height)
    validation = (begins < (taken + validated)[user]) & ~test & ~oldest
    return {"test": test, "validation": validation}


def newest_events(
    dataset: Dataset, rng: np.random.Generator, validation: bool
) -> dict[str, NDArray[np.bool_]]:
    """Masks of each user's last event, which tests, and the one before it, which may validate.

    One event of each user always stays in training.
    """
    place, user = places(dataset, rng, by_time=True), owners(dataset)
    count = np.bincount(user, minlength=dataset.users.height)[user]
    return {"test": (place == 0) & (count > 1), "validation": (place == 1) & (count > 2) & validation}


def held_out(
    dataset: Dataset, place: NDArray[np.int64], test: float, validation: float
) -> dict[str, NDArray[np.bool_]]:
    """Masks of each user's shares: test takes the first places, validation the next.

    One event of each user always stays in training.
    """
    counts = np.bincount(owners(dataset), minlength=dataset.users.height)
    room = np.maximum(counts - 1, 0)
    tested = np.minimum(portion(test, counts), room)
    validated = np.minimum(portion(validation, counts), room - tested)
    user = owners(dataset)
    in_test = place < tested[user]
    return {"test": in_test, "validation": ~in_test & (place < (tested + validated)[user])}
