"""What rerankers share: comparable relevance, a new order, and choosing one item after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from palate.data import Ranking

CELLS = 2**22
NEVER = -np.inf

Gains = Callable[[NDArray[np.intp] | None], NDArray[np.float64]]


def relevance(ranking: Ranking) -> NDArray[np.float64]:
    """float64[n, k] in [0, 1]: each user's scores, the lowest of them 0 and the highest 1.

    -inf for an empty place; all 1 where a user's scores are equal.
    """
    there = ranking.items >= 0
    scores = np.where(there, ranking.scores, 0).astype(np.float64)
    lowest = scores.min(axis=1, where=there, initial=np.inf, keepdims=True)
    highest = scores.max(axis=1, where=there, initial=-np.inf, keepdims=True)
    spread = highest - lowest
    even = ~(spread > 0)
    scaled = (scores - np.where(even, 0, lowest)) / np.where(even, 1, spread)
    return np.where(there, np.where(even, 1.0, scaled), NEVER)


def reordered(
    ranking: Ranking, order: NDArray[np.intp], scores: NDArray[np.float32] | None = None
) -> Ranking:
    """The ranking with place j of each user taken by place `order[:, j]`, scores along with the items."""
    given = ranking.scores if scores is None else scores
    return Ranking(
        ranking.users,
        np.take_along_axis(ranking.items, order, 1),
        np.take_along_axis(given, order, 1),
        ranking.wanted,
    )


def greedy(there: NDArray[np.bool_], wanted: int | None, gains: Gains) -> NDArray[np.intp]:
    """intp[n, k], an order: first those chosen one after another, then the rest in their former order.

    `gains(chosen)` gives float64[n, k], what each place would add now; its argument is the place of
    each user that was chosen last (None at first). The highest is taken, the earlier of equals. Only
    the first `wanted` (None: all) are chosen so.
    """
    n, k = there.shape
    steps = k if wanted is None else min(wanted, k)
    free = there.copy()
    chosen = np.zeros((n, k), bool)
    turn = np.full((n, k), k, np.intp)
    rows = np.arange(n)
    last = None
    for step in range(steps):
        best = np.where(free, gains(last), NEVER).argmax(axis=1)
        left = free[rows, best]
        turn[rows[left], best[left]] = step
        chosen[rows[left], best[left]] = True
        free[rows, best] = False
        last = best
    places = np.arange(k)
    return np.argsort(np.where(chosen, turn, k + places), axis=1, kind="stable")


def few_users(n: int, cells_a_user: int) -> Iterator[slice]:
    """Slices of the users, small enough for intermediate results to take little memory."""
    step = max(1, CELLS // max(cells_a_user, 1))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))
