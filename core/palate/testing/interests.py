"""What a ranker must do that gives the vectors it scores users with."""

from __future__ import annotations

from typing import Any

import numpy as np

from palate.data import Query
from palate.testing.case import Case, ensure, same
from palate.testing.data import CATALOGUE, crowd

METHODS = ("interests", "item_vectors")


def interests_come_with_item_vectors(case: Case) -> None:
    """Vectors of users can be read only beside those of the items that they are compared with."""
    there = [name for name in METHODS if callable(getattr(case.cls, name, None))]
    ensure(len(there) == 2, f"it has `{there[0]}` alone; profiles and maps need both {' and '.join(METHODS)}")


def interests_are_one_space_with_the_items(case: Case) -> None:
    fitted, query = _asked(case)
    users, items = fitted.interests(query), fitted.item_vectors()
    _ensure_float32(users, 3, "interests(query)")
    _ensure_float32(items, 2, "item_vectors()")
    right = (len(query), users.shape[1], items.shape[1])
    ensure(users.shape == right, f"interests must be users x interests x d, {right}; got {users.shape}")
    ensure(len(items) == CATALOGUE, f"item_vectors() must have {CATALOGUE} rows; it has {len(items)}")


def interests_are_a_users_own(case: Case) -> None:
    """The same alone as among others, whoever asks, and zeros for a user without history."""
    fitted, query = _asked(case)
    whole = fitted.interests(query)
    alone = [fitted.interests(query.take(slice(row, row + 1))) for row in range(len(query))]
    ensure(same(np.concatenate(alone), whole), "interests alone are not those in a batch")
    unknown = Query(np.full(len(query), -1, np.int32), query.history, query.interests)
    if "known users" not in case.component.needs:
        ensure(same(fitted.interests(unknown), whole), "an unknown user has other interests")
    nothing = Query(unknown.users, query.history.take(unknown.users))
    ensure(not fitted.interests(nothing).any(), "a user without history must have zeros as interests")


def interests_can_be_changed_without_harm(case: Case) -> None:
    fitted, query = _asked(case)
    before = fitted.score(query).copy()
    for given in (fitted.interests(query), fitted.item_vectors()):
        if given.flags.writeable:
            given[:] = 0
    ensure(same(fitted.score(query), before), "interests or item vectors share memory with what was learned")


def _asked(case: Case) -> tuple[Any, Query]:
    """A fitted ranker, and the users that it can serve."""
    _, query = crowd()
    return case.fitted(), query.take(np.flatnonzero(query.history.counts))


def _ensure_float32(found: Any, dimensions: int, what: str) -> None:
    held = isinstance(found, np.ndarray) and found.dtype == np.float32 and found.ndim == dimensions
    ensure(held, f"{what} must be a float32 array of {dimensions} dimensions")
    ensure(
        bool(np.isfinite(found).all()),
        f"{what} holds NaN or infinite numbers; zeros say that nothing is known",
    )


CHECKS = (
    interests_come_with_item_vectors,
    interests_are_one_space_with_the_items,
    interests_are_a_users_own,
    interests_can_be_changed_without_harm,
)
