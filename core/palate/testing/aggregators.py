"""What every aggregator must do."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.trainable import gives_shares
from palate.data import Query
from palate.testing.any_kind import saves_and_loads
from palate.testing.case import Case, ensure, same
from palate.testing.data import crowd


def gives_interests_for_each_user(case: Case) -> None:
    query, vectors = _asked()
    interests = case.fitted().profile(query, vectors)
    right = isinstance(interests, np.ndarray) and interests.dtype == np.float32
    ensure(right, "interests must be float32 arrays")
    shape = interests.shape
    ensure(
        len(shape) == 3 and shape[0] == len(query) and shape[1] > 0,
        f"interests must be [n, k, d]; got {shape}",
    )
    ensure(bool(np.isfinite(interests).all()), "interests must be finite")
    ensure(bool(interests[query.history.counts > 0].any(axis=(1, 2)).all()), "users with a history get zeros")


def without_history_interests_are_zero(case: Case) -> None:
    query, vectors = _asked()
    interests = case.fitted().profile(query, vectors)
    ensure(not interests[query.history.counts == 0].any(), "a user without history must get zeros")


def unknown_users_are_served_from_their_history(case: Case) -> None:
    query, vectors = _asked()
    unknown = Query(np.full(len(query), -1, np.int32), query.history)
    fitted = case.fitted()
    ensure(
        "known users" in case.component.needs
        or same(fitted.profile(query, vectors), fitted.profile(unknown, vectors)),
        "an unknown user gets other interests than a known one with the same history",
    )


def one_by_one_equals_the_batch(case: Case) -> None:
    fitted, (query, vectors) = case.fitted(), _asked()
    together = fitted.profile(query, vectors)
    for size in (1, 7):
        starts = range(0, len(query), size)
        parts = [fitted.profile(query.take(slice(start, start + size)), vectors) for start in starts]
        ensure(
            same(np.concatenate(parts), together), f"interests in blocks of {size} are not those of the batch"
        )


def no_users_give_no_interests(case: Case) -> None:
    query, vectors = _asked()
    fitted = case.fitted()
    shape = (0, *fitted.profile(query, vectors).shape[1:])
    none = fitted.profile(query.take(slice(0, 0)), vectors)
    ensure(none.shape == shape, f"no users must give shape {shape}; got {none.shape}")


def inputs_stay_as_they_are(case: Case) -> None:
    query, vectors = _asked()
    before = deepcopy((query, vectors))
    case.fitted().profile(query, vectors)
    ensure(same((query, vectors), before), "making interests changes the data it was given")


def fitted_state_can_be_saved(case: Case) -> None:
    fitted, (query, vectors) = case.fitted(), _asked()
    again = saves_and_loads(fitted, case)
    ensure(
        same(again.profile(query, vectors), fitted.profile(query, vectors)), "interests differ after loading"
    )


def shares_are_those_of_its_interests(case: Case) -> None:
    """With the vectors of the items they give the interests; asked of those that have `shares`."""
    if not gives_shares(case.cls):
        return
    fitted, (query, vectors) = case.fitted(), _asked()
    found = fitted.shares(query, vectors)
    gap = np.abs((found @ vectors)[:, None, :] - fitted.profile(query, vectors)).max()
    ensure(gap < 1e-5, f"shares times vectors are not the interests, by up to {gap:.3g}")


def _asked() -> tuple[Query, NDArray[np.float32]]:
    training, query = crowd()
    vectors: Any = training.vectors
    return Query(query.users, query.history), vectors


CHECKS = (
    gives_interests_for_each_user,
    without_history_interests_are_zero,
    unknown_users_are_served_from_their_history,
    one_by_one_equals_the_batch,
    no_users_give_no_interests,
    inputs_stay_as_they_are,
    fitted_state_can_be_saved,
    shares_are_those_of_its_interests,
)
