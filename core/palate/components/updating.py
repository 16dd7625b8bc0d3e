"""The contract of a ranker that is brought up to date instead of being fitted again."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, runtime_checkable

from palate.data import Added, Training

TOLERANCE = 1e-5
"""How far scores may be off where a ranker does not say, as a share of the largest."""


@runtime_checkable
class Updatable(Protocol):
    """A ranker that becomes what a fit on changed data would give, for less.

    `partial_fit` changes and returns the ranker itself. `removed` holds the whole histories, as they were, of
    the users whose data have changed; `added` has those of the same users as they are now; all other users
    are empty in both. New users are empty in `removed`, users who are gone in `added`.

    Items and users are numbered as they are now, with those that are gone at the end. `added.item_rows` and
    `added.user_rows` say where each one of the earlier fit stands, and `added.by_item(values)` brings an
    array of that fit into the new numbering: add to it, take away from it, and keep the first
    `len(added.whole.items)`. `added.whole` is what `fit` would be given; a ranker that finds the change too
    large returns `self.fit(added.whole)`. One whose options allow nothing better says so by `can_update()`,
    asked of an instance that is not fitted.

    Users who left must leave no trace: where the tolerance is 1e-5 or less, `palate forget` updates too, so
    what is kept is what `fit` would keep, but for rounding.

    Afterwards it scores as that fit would, within `update_tolerance`, a share of the largest score:
    `math.inf` where training starts from the weights there are and ends elsewhere.
    """

    update_tolerance: ClassVar[float]

    def partial_fit(self, added: Added, removed: Training) -> Any: ...
