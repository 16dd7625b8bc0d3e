"""What every reranker must do."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Query, Ranking
from palate.testing.any_kind import saves_and_loads
from palate.testing.case import Case, ensure, same
from palate.testing.data import CATALOGUE, crowd


def keeps_the_items(case: Case) -> None:
    """Each user has the same items as before, in some order, and empty places stay last.

    Of one with `allows`, those of them that it allows.
    """
    query, ranking = _asked()
    fitted = case.fitted()
    out = fitted.rerank(query, ranking)
    right = (
        isinstance(out, Ranking) and out.items.shape == ranking.items.shape and out.items.dtype == np.int32
    )
    ensure(right, f"rerank() must give a Ranking of int32{ranking.items.shape}")
    ensure(same(out.users, ranking.users), "rerank() must leave the users as they are")
    before = ranking.items
    if hasattr(fitted, "allows"):
        may = np.take_along_axis(_allowed(fitted, query), np.maximum(before, 0), axis=1)
        before = np.where(may, before, -1)
    kept = np.array_equal(np.sort(out.items, axis=1), np.sort(before, axis=1))
    ensure(kept, "a user has other items than before")
    empty = out.items < 0
    ensure(not (empty[:, :-1] & ~empty[:, 1:]).any(), "an empty place stands before an item")


def scores_have_the_shape_of_items(case: Case) -> None:
    query, ranking = _asked()
    scores = case.fitted().rerank(query, ranking).scores
    right = scores.shape == ranking.items.shape and scores.dtype == np.float32
    ensure(right, f"scores must be float32{ranking.items.shape}; got {scores.dtype}{scores.shape}")
    ensure(not np.isnan(scores).any(), "scores must be numbers, and -inf beside empty places")


def one_by_one_equals_the_batch(case: Case) -> None:
    fitted, (query, ranking) = case.fitted(), _asked()
    together = fitted.rerank(query, ranking)
    for row in range(len(query)):
        one = slice(row, row + 1)
        part = Ranking(ranking.users[one], ranking.items[one], ranking.scores[one])
        alone = fitted.rerank(query.take(one), part)
        ensure(same(alone.items, together.items[one]), "a user's order depends on who else is asked for")


def allows_by_user(case: Case) -> None:
    """What it allows a user, if it says so, depends on nobody else, and leaves the query as it is."""
    fitted, (query, _) = case.fitted(), _asked()
    if not hasattr(fitted, "allows"):
        return
    before = deepcopy(query)
    together = _allowed(fitted, query)
    ensure(same(query, before), "allows() changes the query it was given")
    for row in range(len(query)):
        alone = _allowed(fitted, query.take(slice(row, row + 1)))
        ensure(
            np.array_equal(alone[0], together[row]), "what a user may get depends on who else is asked for"
        )


def reranking_again_gives_the_same(case: Case) -> None:
    query, ranking = _asked()
    one, other = case.fitted().rerank(query, ranking), case.fitted().rerank(query, ranking)
    ensure(same(one, other), "two rerankers with one seed give two orders")


def inputs_stay_as_they_are(case: Case) -> None:
    query, ranking = _asked()
    before = deepcopy((query, ranking))
    case.fitted().rerank(query, ranking)
    ensure(same((query, ranking), before), "reranking changes the ranking it was given")


def fitted_state_can_be_saved(case: Case) -> None:
    fitted, (query, ranking) = case.fitted(), _asked()
    again = saves_and_loads(fitted, case)
    ensure(same(again.rerank(query, ranking), fitted.rerank(query, ranking)), "another order after loading")


def _allowed(fitted: Any, query: Query) -> NDArray[np.bool_]:
    """What it allows, checked for type and shape."""
    may, shape = fitted.allows(query), (len(query), CATALOGUE)
    right = isinstance(may, np.ndarray) and may.shape == shape and may.dtype == bool
    ensure(right, f"allows() must give bool{shape}; got {getattr(may, 'dtype', type(may).__name__)}")
    return np.asarray(may, bool)


def _asked() -> tuple[Query, Ranking]:
    """The crowd with ten items each, some with fewer and one with none."""
    _, query = crowd()
    rng = np.random.default_rng(6)
    items = np.argsort(rng.random((len(query), CATALOGUE)), axis=1)[:, :10].astype(np.int32)
    scores = -np.sort(-rng.random(items.shape), axis=1).astype(np.float32)
    gone = np.arange(10) >= np.where(np.arange(len(query)) % 5 == 0, 4, 10)[:, None]
    gone[2] = True
    items[gone], scores[gone] = -1, -np.inf
    return query, Ranking(query.users, items, scores)


CHECKS = (
    keeps_the_items,
    scores_have_the_shape_of_items,
    one_by_one_equals_the_batch,
    allows_by_user,
    reranking_again_gives_the_same,
    inputs_stay_as_they_are,
    fitted_state_can_be_saved,
)
