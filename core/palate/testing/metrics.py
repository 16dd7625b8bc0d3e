"""What every metric must do."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import History, Ranking, Truth
from palate.data.rated import Rated
from palate.testing.case import Case, ensure, same
from palate.testing.data import CATALOGUE, crowd

LENGTH = 12


def gives_one_value(case: Case) -> None:
    """float64[n] for a value a user, one number for a value of all."""
    ranking, truth = _evaluated(_all_users())
    value = _value(case, ranking, truth)
    if not _personal(case):
        ensure(isinstance(value, (float, np.floating)), f"overall() must give a float; got {value!r}")
        return
    right = isinstance(value, np.ndarray) and value.dtype == np.float64 and value.shape == (len(ranking),)
    ensure(right, f"score() must give float64[{len(ranking)}]; got {getattr(value, 'shape', value)!r}")


def values_are_never_infinite(case: Case) -> None:
    """NaN is for users about whom it says nothing, and some users have a value."""
    value = _value(case, *_evaluated(_all_users()))
    ensure(not np.isinf(value).any(), "values must be finite, or NaN where there is nothing to say")
    ensure(bool(np.isfinite(value).any()), "the value of every user is NaN")


def empty_places_are_handled(case: Case) -> None:
    """Rankings that end early, or hold nothing at all."""
    ranking, truth = _evaluated(_all_users())
    for left in (3, 0):
        items, scores = ranking.items.copy(), ranking.scores.copy()
        items[:, left:], scores[:, left:] = -1, -np.inf
        value = _value(case, Ranking(ranking.users, items, scores), truth)
        ensure(not np.isinf(value).any(), f"rankings of {left} items give infinite values")


def order_of_users_does_not_matter(case: Case) -> None:
    order = np.random.default_rng(1).permutation(_all_users())
    value, other = _value(case, *_evaluated(_all_users())), _value(case, *_evaluated(order))
    moved = value[order] if _personal(case) else value
    ensure(bool(np.allclose(moved, other, rtol=1e-12, equal_nan=True)), "values depend on the order of users")


def one_by_one_equals_the_batch(case: Case) -> None:
    if not _personal(case):
        return
    together = _value(case, *_evaluated(_all_users()))
    alone = np.concatenate([_value(case, *_evaluated(np.array([user]))) for user in _all_users()])
    ensure(bool(np.allclose(together, alone, rtol=1e-12, equal_nan=True)), "a user's value depends on others")


def evaluating_again_gives_the_same(case: Case) -> None:
    ranking, truth = _evaluated(_all_users())
    ensure(
        same(_value(case, ranking, truth), _value(case, ranking, truth)), "evaluating twice gives two values"
    )


def inputs_stay_as_they_are(case: Case) -> None:
    ranking, truth = _evaluated(_all_users())
    before = deepcopy((ranking, truth))
    _value(case, ranking, truth)
    ensure(same((ranking, truth), before), "evaluating changes the ranking or the truth")


def _personal(case: Case) -> bool:
    return callable(getattr(case.cls, "score", None))


def _value(case: Case, ranking: Ranking, truth: Truth) -> Any:
    metric = case.make()
    return metric.score(ranking, truth) if _personal(case) else metric.overall(ranking, truth)


def _all_users() -> NDArray[np.int64]:
    return np.arange(len(crowd()[1]), dtype=np.int64)


def _evaluated(users: NDArray[np.int64]) -> tuple[Ranking, Truth]:
    """Rankings of items the users have not seen, and which of them are relevant: about half, for most."""
    training, query = crowd()
    rng = np.random.default_rng(2)
    seen = query.history.matrix.toarray() > 0
    chance = np.where(seen, -np.inf, rng.random(seen.shape))
    items = np.argsort(-chance, axis=1)[:, :LENGTH].astype(np.int32)
    scores = np.take_along_axis(chance, items, axis=1).astype(np.float32)
    items[scores == -np.inf] = -1
    liked = (rng.random((len(seen), CATALOGUE)) < 0.3) & ~seen
    liked[1] = False
    answers = _history(liked, training.history.times)
    truth = Truth.of(
        answers.take(users), query.history.take(users), training.history.popularity,
        len(training.users), training.items, training.users[users],
    )  # fmt: skip
    return Ranking(query.users[users], items[users], scores[users]), _rated(truth)


def _rated(truth: Truth) -> Truth:
    """With a predicted rating for each relevant item, up to one away from the rating given."""
    given: Any = truth.gains
    owners = np.repeat(np.arange(len(truth)), truth.counts).astype(np.int32)
    predicted = (given + truth.relevant % 3 - 1).astype(np.float32)
    return replace(truth, rated=Rated(owners, truth.relevant, given, predicted))


def _history(liked: NDArray[np.bool_], times: Any) -> History:
    found = History.from_lists([np.flatnonzero(row).tolist() for row in liked], CATALOGUE)
    count = np.arange(len(found.items))
    return replace(found, ratings=(1 + count % 5).astype(np.float32), times=int(times.max()) + 60 * count)


CHECKS = (
    gives_one_value,
    values_are_never_infinite,
    empty_places_are_handled,
    order_of_users_does_not_matter,
    one_by_one_equals_the_batch,
    evaluating_again_gives_the_same,
    inputs_stay_as_they_are,
)
