"""Which scores a ranker gives, and that they are a user's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Query
from palate.testing.case import Case, ensure, same
from palate.testing.data import CATALOGUE, crowd

Scores = NDArray[np.float32]


def scores_are_float32_and_never_infinite(case: Case) -> None:
    _, query = crowd()
    scores = case.fitted().score(query)
    ensure(isinstance(scores, np.ndarray) and scores.dtype == np.float32, "scores must be float32 arrays")
    right = (len(query), CATALOGUE)
    ensure(scores.shape == right, f"scores must be users x items, {right}; got {scores.shape}")
    ensure(not np.isinf(scores).any(), "scores must be finite, or NaN where there is no opinion")
    ensure(np.isfinite(scores[_served(case, query)]).any(), "nobody who can be served gets a score")


def no_users_give_no_scores(case: Case) -> None:
    scores = case.fitted().score(crowd()[1].take(slice(0, 0)))
    ensure(scores.shape == (0, CATALOGUE), f"no users must give shape (0, {CATALOGUE}); got {scores.shape}")


def items_without_interactions_are_handled(case: Case) -> None:
    """They get a score or NaN, the same for a user each time, and spoil no other item's score."""
    _, query = crowd()
    scores = case.fitted().score(query)[_served(case, query)]
    ensure(not np.isinf(scores[:, -1]).any(), "an item without events gets an infinite score")
    ensure(
        np.isfinite(scores[:, :-1]).any(axis=1).all(), "one item without events leaves users without scores"
    )


def one_by_one_equals_the_batch(case: Case) -> None:
    fitted, (_, query) = case.fitted(), crowd()
    alone = np.concatenate([fitted.score(query.take(slice(row, row + 1))) for row in range(len(query))])
    _ensure_rows(case, query, fitted.score(query), alone, "scores alone are not those in a batch")


def blocks_of_any_size_give_the_same(case: Case) -> None:
    fitted, (_, query) = case.fitted(), crowd()
    whole = fitted.score(query)
    for size in (3, 7, 39):
        parts = [fitted.score(query.take(slice(start, start + size))) for start in range(0, len(query), size)]
        _ensure_rows(case, query, whole, np.concatenate(parts), f"blocks of {size} users score differently")


def order_of_users_does_not_matter(case: Case) -> None:
    fitted, (_, query) = case.fitted(), crowd()
    order = np.random.default_rng(0).permutation(len(query))
    shuffled = fitted.score(query.take(order))
    _ensure_rows(case, query.take(order), fitted.score(query)[order], shuffled, "scores depend on the order")


def unknown_users_and_empty_histories_are_served(case: Case) -> None:
    """Users it does not know, and users without a history, raise no error."""
    _, query = crowd()
    unknown = Query(np.full(len(query), -1, np.int32), query.history, query.interests)
    nothing = Query(unknown.users, query.history.take(unknown.users), _zeros(query))
    for question, who in ((unknown, "unknown users"), (nothing, "users without history")):
        scores = case.fitted().score(question)
        ensure(scores.shape == (len(query), CATALOGUE), f"{who} must have rows too")
        ensure(not np.isinf(scores).any(), f"{who} get infinite scores")


def unknown_users_are_served_from_their_history(case: Case) -> None:
    """A user who was not in training is scored like one who was; not asked of `known users`."""
    if "known users" in case.component.needs:
        return
    fitted, (_, query) = case.fitted(), crowd()
    unknown = Query(np.full(len(query), -1, np.int32), query.history, query.interests)
    _ensure_rows(
        case, query, fitted.score(query), fitted.score(unknown), "an unknown user scores differently"
    )


def _served(case: Case, query: Query) -> NDArray[np.bool_]:
    """Whose needs are met: the rows of others are replaced by the core and never count."""
    served = np.ones(len(query), bool)
    if "known users" in case.component.needs:
        served &= query.users >= 0
    if case.component.needs & {"history", "interests"}:
        served &= query.history.counts > 0
    return served


def _zeros(query: Query) -> Any:
    return None if query.interests is None else np.zeros_like(query.interests)


def _ensure_rows(case: Case, query: Query, one: Scores, other: Scores, message: str) -> None:
    served = _served(case, query)
    differ = [row for row in np.flatnonzero(served) if not same(one[row], other[row])]
    gap = np.nanmax(np.abs(one[differ] - other[differ]), initial=0) if differ else 0
    ensure(not differ, f"{message}: {len(differ)} of {int(served.sum())} rows, by up to {gap:.3g}")


CHECKS = (
    scores_are_float32_and_never_infinite,
    no_users_give_no_scores,
    items_without_interactions_are_handled,
    one_by_one_equals_the_batch,
    blocks_of_any_size_give_the_same,
    order_of_users_does_not_matter,
    unknown_users_and_empty_histories_are_served,
    unknown_users_are_served_from_their_history,
)
