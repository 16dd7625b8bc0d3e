"""Making the scores of different branches comparable, one user at a time.

Each function takes float32[n, items] and gives a new float32[n, items]. A score that is not finite
is missing: it has no part in the user's mean, extremes or ranks, and comes out as NaN. Where all
scores of a user are equal, they come out as 0. No row depends on another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from palate.data.few_scores import FewScores, wide
from palate.errors import ComponentError
from palate_fusion.moments import moments

Block = NDArray[np.float32]
Method = Literal["z-score", "min-max", "rank", "none"]


def z_score(scores: Block) -> Block:
    """(score - mean) / standard deviation, so that 0 is average.

    Lee, Combining multiple evidence from different properties of weighting schemes, SIGIR 1995, and
    Montague and Aslam, Relevance score normalization for metasearch, CIKM 2001 (there ZMUV).
    """
    if not wide(scores.shape[1]):
        return _z_score(scores)
    found = np.empty(scores.shape, np.float32)
    for row, result in zip(scores, found, strict=True):
        few = FewScores.of(row)
        result[:] = _z_score_of_any(row, 0)[0] if few is None else z_score_of_few(few).whole()[0]
    return found


def z_score_of_few(few: FewScores) -> FewScores:
    """What `z_score` gives for such scores of a `wide` catalogue, whose `rest` is 0 or NaN, in whole rows."""
    zeros = 0 if np.isnan(few.rest) else few.n_items - len(few.items)
    scores, rest = _z_score_of_any(few.scores, zeros)
    return FewScores(few.items, scores, rest, few.n_items)


def _z_score_of_any(scores: NDArray[np.float32], zeros: int) -> tuple[NDArray[np.float32], float]:
    """The same for float32[c] and so many zeros: float32[c], and what each of the zeros has."""
    there = np.isfinite(scores)
    whole = np.count_nonzero(there) == len(scores)
    values = (scores if whole else scores[there]).astype(np.float64)
    mean, spread = moments(values, zeros)
    if spread > 0:
        values -= mean
        values /= spread
    else:
        values[:] = 0
    rest = float(np.float32(-mean / spread if spread > 0 else 0)) if zeros else np.nan
    if whole:
        return values.astype(np.float32), rest
    found = np.full(len(scores), np.nan, np.float32)
    found[there] = values
    return found, rest


def _z_score(scores: Block) -> Block:
    if (found := _whole_z_score(scores)) is not None:
        return found
    there = np.isfinite(scores)
    whole = there.all(axis=1)
    result = np.full(scores.shape, np.nan, np.float32)
    if whole.any():
        result[whole] = _whole_z_score(scores[whole])
        there[whole] = False
    _z_score_where(there, scores, result)
    return result


def _whole_z_score(scores: Block) -> Block | None:
    """Where nothing is missing; None where something is.

    In float64 no sum of finite float32 scores overflows, and that of equal ones is exact: their spread is 0.
    """
    values = scores.astype(np.float64)
    with np.errstate(invalid="ignore"):  # inf - inf
        present, total = max(values.shape[1], 1), np.add.reduce(values, axis=1, keepdims=True)
    if np.count_nonzero(np.isfinite(total)) < len(total):
        return None
    values -= total / present
    spread = np.sqrt(np.add.reduce(values * values, axis=1, keepdims=True) / present)
    if np.count_nonzero(spread) < len(spread):
        spread[spread == 0] = 1
    values /= spread
    return values.astype(np.float32)


def _z_score_where(there: NDArray[np.bool_], scores: Block, result: Block) -> None:
    """Fill `result` where there are scores, of which few are read: an index leaves most of them missing."""
    at = np.flatnonzero(there)
    counts = np.count_nonzero(there, axis=1)
    rows = np.flatnonzero(counts)
    if not len(rows):
        return
    counts = counts[rows]
    values, starts = scores.reshape(-1)[at].astype(np.float64), np.cumsum(counts) - counts
    values -= np.repeat(np.add.reduceat(values, starts) / counts, counts)
    spread = np.sqrt(np.add.reduceat(np.square(values), starts) / counts)
    values /= np.repeat(np.where(spread > 0, spread, 1), counts)
    result.reshape(-1)[at] = values


def min_max(scores: Block) -> Block:
    """(score - lowest) / (highest - lowest), in [0, 1]. Fox and Shaw, TREC-2, 1994; Lee, SIGIR 1997."""
    values, missing = _opened(scores)
    lowest = values.min(axis=1, where=~missing, initial=np.inf)
    spread = values.max(axis=1, where=~missing, initial=-np.inf) - lowest
    values -= np.where(spread >= 0, lowest, 0)[:, None]
    values /= np.where(spread > 0, spread, 1)[:, None]
    return _closed(values, missing)


def rank(scores: Block) -> Block:
    """The place among the user's scores, from -1, the worst, to 1, the best; equals share the mean place.

    A Borda count, centred so that 0 is average: Aslam and Montague, Models for metasearch, SIGIR 2001.
    """
    from scipy.stats import rankdata

    missing = ~np.isfinite(scores)
    places = rankdata(np.where(missing, -np.inf, scores), axis=1)
    absent = np.count_nonzero(missing, axis=1)[:, None]
    present = scores.shape[1] - absent
    values = (2 * (places - absent) - present - 1) / np.maximum(present - 1, 1)
    return _closed(values, missing)


def as_they_are(scores: Block) -> Block:
    """The scores themselves, for branches that are comparable already."""
    return np.where(np.isfinite(scores), scores, np.float32(np.nan)).astype(np.float32, copy=False)


def affine(method: Method, scores: Block) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(slope, shift), float64[n] each: slope · score + shift is the normalised score of a user.

    Raises ComponentError for `rank`, which depends on more than the one score.
    """
    if method == "rank":
        raise ComponentError(
            "scores normalised by `rank` are no linear function of a branch's scores, so they cannot be "
            "explained; use `normalize: z-score`"
        )
    values, missing = _opened(scores)
    one, nothing = np.ones(len(values)), np.zeros(len(values))
    if method == "none":
        return one, nothing
    if method == "min-max":
        low = values.min(axis=1, where=~missing, initial=np.inf)
        spread = values.max(axis=1, where=~missing, initial=-np.inf) - low
    else:
        present = np.maximum(values.shape[1] - np.count_nonzero(missing, axis=1), 1)
        low = values.sum(axis=1) / present
        spread = np.sqrt(np.where(missing, 0, np.square(values - low[:, None])).sum(axis=1) / present)
    slope = np.where(spread > 0, 1 / np.where(spread > 0, spread, 1), 0)
    return slope, np.where(spread > 0, -low * slope, 0)


METHODS: dict[Method, Callable[[Block], Block]] = {
    "z-score": z_score,
    "min-max": min_max,
    "rank": rank,
    "none": as_they_are,
}


def _opened(scores: Block) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """A copy with 0 for what is missing, and where that is.

    In float64 the sum of equal float32 scores is exact, so a row of equals has a spread of exactly 0.
    """
    values = scores.astype(np.float64)
    missing = ~np.isfinite(values)
    np.copyto(values, 0, where=missing)
    return values, missing


def _closed(values: NDArray[np.float64], missing: NDArray[np.bool_]) -> Block:
    result = values.astype(np.float32)
    np.copyto(result, np.nan, where=missing)
    return result
