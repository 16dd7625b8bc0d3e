"""A ranking small enough to judge by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from palate.data import History, Ranking, Truth
from palate.testing.case import Case, ensure


def worked_example() -> tuple[Ranking, Truth]:
    """Three people, the first four of six items for each, and what was right.

    | person | ranked     | right   | had met |
    |--------|------------|---------|---------|
    | 0      | 0, 1, 3, 2 | 0 and 3 | 5       |
    | 1      | 4, 5, 0, 1 | 5       | 2 and 3 |
    | 2      | 1, 2, 3, 4 | nothing | 0       |

    In training four people met item 0, three item 1, two item 2, one each items 3 and 4, and nobody
    item 5; there were five people.
    """
    items = np.array([[0, 1, 3, 2], [4, 5, 0, 1], [1, 2, 3, 4]], np.int32)
    scores = np.tile(np.array([4, 3, 2, 1], np.float32), (3, 1))
    answers = History.from_lists([[0, 3], [5], []], 6)
    had = History.from_lists([[5], [2, 3], [0]], 6)
    truth = Truth.of(answers, had, np.array([4, 3, 2, 1, 1, 0]), trained=5)
    return Ranking(np.arange(3, dtype=np.int32), items, scores), truth


def agrees(figures: float | Sequence[float]) -> Callable[[Case], None]:
    """The check that a metric gives these figures, one a person or one for all, on `worked_example`."""

    def figures_are_those_worked_out_by_hand(case: Case) -> None:
        metric, (ranking, truth) = case.make(), worked_example()
        personal = callable(getattr(case.cls, "score", None))
        found = metric.score(ranking, truth) if personal else metric.overall(ranking, truth)
        right = np.asarray(figures, np.float64)
        agree = np.shape(found) == right.shape and np.allclose(found, right, atol=1e-9, equal_nan=True)
        ensure(bool(agree), f"by hand the figures are {right.tolist()}; got {np.asarray(found).tolist()}")

    return figures_are_those_worked_out_by_hand


def figures_stay_within_their_bounds(case: Case) -> None:
    """Between the two figures that its class variable `bounds` states; `math.inf` where there is none."""
    from palate.testing import metrics

    bounds = getattr(case.cls, "bounds", None)
    if bounds is None:
        ensure(False, "say between which figures it lies, such as `bounds: ClassVar = (0, 1)`")
        return
    low, high = bounds
    figures = np.asarray(metrics._figure(case, *metrics._judged(metrics._everybody())))
    found = figures[np.isfinite(figures)]
    ensure(
        bool(((found >= low) & (found <= high)).all()),
        f"figures from {found.min():.3g} to {found.max():.3g} leave its bounds, {low} to {high}",
    )


CHECKS = (figures_stay_within_their_bounds,)
