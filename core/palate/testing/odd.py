"""What every component must do with numbers that are none, and with more asked for than there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.topk import top_k
from palate.data import Ranking
from palate.errors import PalateError
from palate.testing import aggregators, fusers, metrics, rerankers, transforms
from palate.testing.case import Case, Check, ensure, same
from palate.testing.data import CATALOGUE, crowd

Floats = NDArray[np.float32]
BAD = (np.nan, np.inf, -np.inf)
ROW = 3


def bad_ratings_are_refused_or_handled(case: Case) -> None:
    """A rating that is NaN or infinite raises a PalateError, or leaves finite scores to all other users."""
    training, query = crowd()
    ratings: Any = training.history.ratings
    right = _with_opinion(case.fitted(training).score(query))
    for bad in BAD:
        spoilt = ratings.copy()
        spoilt[5] = bad
        history = replace(training.history, ratings=spoilt)
        try:
            scores = case.fitted(replace(training, history=history)).score(query)
        except PalateError:
            continue
        ensure(not np.isinf(scores).any(), f"a rating that is {bad} makes scores infinite")
        lost = int((right & ~_with_opinion(scores)).sum())
        ensure(lost <= 1, f"a rating that is {bad} takes all scores from {lost} users")


def bad_interests_affect_only_their_user(case: Case) -> None:
    """Interests that are NaN raise a PalateError, or change the scores of nobody else."""
    fitted, (_, query) = case.fitted(), crowd()
    interests: Any = query.interests
    for bad in BAD:
        spoilt = interests.copy()
        spoilt[ROW] = bad
        try:
            with np.errstate(all="ignore"):
                scores = fitted.score(query.with_interests(spoilt))
        except PalateError:
            continue
        others = np.arange(len(query)) != ROW
        ensure(same(scores[others], fitted.score(query)[others]), f"one user's {bad} changes others' scores")


def rankings_longer_than_the_catalogue_end_early(case: Case) -> None:
    """Asked for more than there is, a user gets each item with an opinion once, then empty places."""
    fitted, (_, query) = case.fitted(), crowd()
    scores = fitted.score(query)
    known = np.count_nonzero(np.isfinite(scores) & ~(query.history.matrix.toarray() > 0), axis=1)
    items, _ = top_k(scores.copy(), CATALOGUE + 5, query.history.matrix)
    ensure(np.array_equal((items >= 0).sum(axis=1), known), "a ranking has not each item once")
    twice = [row for row in items if len(set(row[row >= 0].tolist())) < int((row >= 0).sum())]
    ensure(not twice, "an item stands twice in a ranking")


def bad_vectors_are_noticed(case: Case) -> None:
    """An item's NaN raises a PalateError, or shows in the interests of those who have it alone."""
    query, vectors = aggregators._asked()
    fitted = case.fitted()
    right = fitted.profile(query, vectors)
    for bad in BAD:
        spoilt = vectors.copy()
        spoilt[0] = bad
        try:
            with np.errstate(all="ignore"):
                interests = fitted.profile(query, spoilt)
        except PalateError:
            continue
        without = query.history.matrix.toarray()[:, 0] == 0
        ensure(same(interests[without], right[without]), f"{bad} reaches users who do not have the item")


def bad_rows_are_noticed(case: Case) -> None:
    """A vector with NaN raises a PalateError, or comes out so that it can be seen, and spoils no other."""
    fitted = case.transform(transforms._vectors())
    right = fitted.apply(transforms._vectors())
    for bad in BAD:
        spoilt = transforms._vectors()
        spoilt[ROW] = bad
        try:
            with np.errstate(all="ignore"):
                out = fitted.apply(spoilt)
        except PalateError:
            continue
        ensure(not np.isfinite(out[ROW]).all(), f"a vector of {bad} comes out as if nothing were wrong")
        near = np.allclose(np.delete(out, ROW, 0), np.delete(right, ROW, 0), atol=transforms.ROUNDING)
        ensure(near, f"a vector of {bad} changes others")


def bad_scores_affect_only_their_user(case: Case) -> None:
    """An infinite score raises a PalateError, or changes nobody else's."""
    blocks = fusers._blocks(case)
    right, name = fusers._fuse(case, blocks), next(iter(blocks))
    for bad in (np.inf, -np.inf):
        spoilt = {branch: block.copy() for branch, block in blocks.items()}
        spoilt[name][ROW, 0] = bad
        try:
            with np.errstate(all="ignore"):
                fused = fusers._ready(case, blocks).fuse(spoilt, crowd()[1])
        except PalateError:
            continue
        others = np.arange(len(fused)) != ROW
        ensure(same(fused[others], right[others]), f"one user's {bad} changes others' scores")


def rankings_with_empty_places_are_handled(case: Case) -> None:
    """As many places as there are items and some more, the last of them empty."""
    query, ranking = rerankers._asked()
    long = _padded(ranking, CATALOGUE + 5)
    out = case.fitted().rerank(query, long)
    ensure(out.items.shape == out.scores.shape == long.items.shape, "a long ranking is cut")
    empty = (out.items < 0) & (long.items < 0)
    ensure(bool(empty[:, ranking.k :].all()), "places that were empty at the end are filled")


def cutoffs_past_the_catalogue_are_handled(case: Case) -> None:
    """A `k` larger than the catalogue, on a ranking of all of it."""
    options = dict(case.options)
    if "k" in case.component.options.model_fields:
        options["k"] = CATALOGUE + 5
    ranking, truth = metrics._evaluated(metrics._all_users())
    long = _padded(ranking, CATALOGUE + 5)
    value = metrics._value(replace(case, options=options), long, truth)
    ensure(not np.isinf(value).any(), "a ranking longer than the catalogue gives infinite values")
    ensure(bool(np.isfinite(value).any()), "a ranking longer than the catalogue gives no value at all")


def _with_opinion(scores: Floats) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.asarray(np.isfinite(scores).any(axis=1))
    return found


def _padded(ranking: Ranking, k: int) -> Ranking:
    more = ((0, 0), (0, k - ranking.k))
    items = np.pad(ranking.items, more, constant_values=-1)
    return Ranking(ranking.users, items, np.pad(ranking.scores, more, constant_values=-np.inf))


CHECKS: dict[str, tuple[Check, ...]] = {
    "ranker": (
        bad_ratings_are_refused_or_handled,
        bad_interests_affect_only_their_user,
        rankings_longer_than_the_catalogue_end_early,
    ),
    "aggregator": (bad_vectors_are_noticed,),
    "transform": (bad_rows_are_noticed,),
    "fuser": (bad_scores_affect_only_their_user,),
    "reranker": (rankings_with_empty_places_are_handled,),
    "metric": (cutoffs_past_the_catalogue_are_handled,),
}
