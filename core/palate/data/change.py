"""What has changed in the training data since a component was fitted."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.read_only import freeze
from palate.data.history import History
from palate.data.query import Training

Rows = NDArray[np.int32]
_BESIDE = ("items", "times", "ratings", "strengths")
_KINDS = ("history", "disliked", "seen")


@dataclass(frozen=True, kw_only=True)
class Added(Training):
    """The users whose training data have changed, as they are now: what `partial_fit` adds.

    `history` holds the whole histories of these users; all others have an empty row, and so in `disliked`
    and `seen`. Beside it stands a Training of what is to be removed: the whole histories of the same users
    as they were. A new user is empty there, a user who is gone is empty here.

    Both number users and items as `whole` does; behind these stand, at the end, the users and items that
    are gone. So `history` may have more rows, and more `n_items`, than `whole` has users and items.
    """

    whole: Training
    """All that `fit` would be given now."""
    item_rows: Rows
    """int32[items before]: the row that each item of the earlier fit has in this numbering."""
    user_rows: Rows
    """int32[users before]: the row that each user of the earlier fit has in this numbering."""

    def __post_init__(self) -> None:
        super().__post_init__()
        freeze(self, "item_rows", "user_rows")

    def within(self, training: Training) -> Added:
        """The same for a component that is given `training`, whose events are those of `whole`."""
        shared: dict[str, Any] = {name: getattr(self.whole, name) for name in _KINDS}
        rest = (item.name for item in fields(Training) if item.name not in _KINDS)
        own: dict[str, Any] = {name: getattr(training, name) for name in rest}
        return replace(self, **own, whole=replace(training, **shared))

    @property
    def same_items(self) -> bool:
        """Whether the catalogue is the one of the earlier fit, item by item."""
        n = self.history.n_items
        return len(self.item_rows) == n == len(self.whole.items) and bool(
            (np.diff(self.item_rows) == 1).all()
        )

    def anyone_gone(self, removed: Training) -> bool:
        """Whether a user had events in `removed` and has none now."""
        return bool(((removed.history.counts > 0) & (self.history.counts == 0)).any())

    def by_item(self, values: NDArray[Any], empty: Any = 0) -> NDArray[Any]:
        """An array of the earlier fit, a row for each item, in this numbering; `empty` for new items.

        A copy, with `history.n_items` rows: those from `len(whole.items)` on are items that are gone.
        """
        out = np.full((self.history.n_items, *values.shape[1:]), empty, values.dtype)
        out[self.item_rows] = values
        return out

    def by_pair(self, values: NDArray[Any]) -> NDArray[Any]:
        """An array [items, items] of the earlier fit in this numbering, 0 where either is new; a copy."""
        if self.same_items:
            return values.copy()
        out = np.zeros((self.history.n_items,) * 2, values.dtype)
        out[np.ix_(self.item_rows, self.item_rows)] = values
        return out


def change(before: Training, after: Training) -> tuple[Added, Training]:
    """What `partial_fit` is given to bring a component fitted on `before` to `after`: (added, removed).

    Users and items are the same where their ids are. A user has changed where any event of theirs, its time,
    rating or strength has.
    """
    item_rows, n_items = _rows(before.items.ids, after.items.ids)
    user_rows, n_users = _rows(before.users["id"], after.users["id"])
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name in _KINDS:
        was, now = getattr(before, name), getattr(after, name)
        old[name] = None if was is None else _placed(was, user_rows, item_rows, n_users, n_items)
        new[name] = None if now is None else _longer(now, n_users, n_items)
    changed = np.zeros(n_users, bool)
    for name in _KINDS:
        changed |= _differ(old[name], new[name])
    users = np.where(changed, np.arange(n_users), -1)
    took: dict[str, Any] = {name: None if part is None else part.take(users) for name, part in old.items()}
    gave: dict[str, Any] = {name: None if part is None else part.take(users) for name, part in new.items()}
    shared: Any = {name: getattr(after, name) for name in ("items", "users", "seed", "text", "reader")}
    added = Added(
        **shared, **gave, vectors=after.vectors, progress=after.progress, checkpoints=after.checkpoints,
        whole=after, item_rows=item_rows, user_rows=user_rows,
    )  # fmt: skip
    return added, Training(**shared, **took)


def beyond_common(one: History, other: History) -> tuple[History, History]:
    """What is left of the histories of the same users without the beginnings that they share.

    The last event that is shared stays, so that what follows it is seen too. Only the order of items is
    compared.
    """
    room = np.minimum(one.counts, other.counts)
    owners = np.repeat(np.arange(len(room)), room)
    place = np.arange(len(owners)) - np.repeat(np.cumsum(room) - room, room)
    unlike = one.items[one.indptr[owners] + place] != other.items[other.indptr[owners] + place]
    shared = room.copy()
    shared[owners[unlike][::-1]] = place[unlike][::-1]  # the first of each user is written last
    first, second = (_from(each, np.maximum(shared - 1, 0)) for each in (one, other))
    return first, second


def _from(history: History, start: NDArray[np.int64]) -> History:
    """Each user's events from the one of this number on."""
    place = np.arange(len(history.items)) - np.repeat(history.indptr[:-1], history.counts)
    return history.only(place >= np.repeat(start, history.counts))


def _rows(before: pl.Series, after: pl.Series) -> tuple[Rows, int]:
    """The row of each id of `before` in `after`, or behind it if it is gone; and how many rows there are."""
    numbers = after.rename("id").to_frame().with_row_index("row")
    asked = before.rename("id").cast(after.dtype).to_frame()
    found = asked.join(numbers, on="id", how="left", maintain_order="left")["row"]
    gone = found.is_null().to_numpy()
    rows = found.fill_null(0).to_numpy().astype(np.int32)
    rows[gone] = len(after) + np.arange(np.count_nonzero(gone), dtype=np.int32)
    return rows, len(after) + int(np.count_nonzero(gone))


def _placed(history: History, users: Rows, items: Rows, n_users: int, n_items: int) -> History:
    """A history in another numbering of its users and items."""
    place = np.full(n_users, -1)
    place[users] = np.arange(len(users))
    taken = history.take(place)
    return replace(taken, items=items[taken.items], n_items=n_items)


def _longer(history: History, n_users: int, n_items: int) -> History:
    """The same with rows for users, and numbers for items, that have no event in it."""
    spare = np.full(n_users - len(history), history.indptr[-1], np.int64)
    return replace(history, indptr=np.concatenate([history.indptr, spare]), n_items=n_items)


def _differ(one: History | None, other: History | None) -> NDArray[np.bool_]:
    """bool[users]: whose events are not the same in both."""
    if one is None or other is None:
        known = one if other is None else other
        return np.zeros(1, bool) if known is None else known.counts > 0
    differ: NDArray[np.bool_] = one.counts != other.counts
    alike = np.where(differ, -1, np.arange(len(one)))
    left, right = one.take(alike), other.take(alike)
    for name in _BESIDE:
        was, now = getattr(left, name), getattr(right, name)
        if was is None or now is None:
            if (was is None) != (now is None):
                differ = differ | (left.counts > 0)
            continue
        unlike = (was != now) & ~((was != was) & (now != now))
        differ = differ | (np.bincount(left.owners[unlike], minlength=len(left)) > 0)
    return differ
