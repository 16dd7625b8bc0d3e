"""A ranking small enough to evaluate by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from palate.data import History, Ranking, Truth
from palate.testing.case import Case, ensure


def worked_example() -> tuple[Ranking, Truth]:
    """Three users, the first four of six items for each, and the relevant items.

    | user   | ranked     | relevant | seen    |
    |--------|------------|----------|---------|
    | 0      | 0, 1, 3, 2 | 0 and 3  | 5       |
    | 1      | 4, 5, 0, 1 | 5        | 2 and 3 |
    | 2      | 1, 2, 3, 4 | none     | 0       |

    In training four users saw item 0, three item 1, two item 2, one each items 3 and 4, and no user
    item 5; there were five users.
    """
    items = np.array([[0, 1, 3, 2], [4, 5, 0, 1], [1, 2, 3, 4]], np.int32)
    scores = np.tile(np.array([4, 3, 2, 1], np.float32), (3, 1))
    answers = History.from_lists([[0, 3], [5], []], 6)
    had = History.from_lists([[5], [2, 3], [0]], 6)
    truth = Truth.of(answers, had, np.array([4, 3, 2, 1, 1, 0]), trained=5)
    return Ranking(np.arange(3, dtype=np.int32), items, scores), truth


def agrees(values: float | Sequence[float]) -> Callable[[Case], None]:
    """The check that a metric gives these values, one a user or one for all, on `worked_example`."""

    def values_equal_those_computed_by_hand(case: Case) -> None:
        metric, (ranking, truth) = case.make(), worked_example()
        personal = callable(getattr(case.cls, "score", None))
        found = metric.score(ranking, truth) if personal else metric.overall(ranking, truth)
        right = np.asarray(values, np.float64)
        agree = np.shape(found) == right.shape and np.allclose(found, right, atol=1e-9, equal_nan=True)
        ensure(bool(agree), f"by hand the values are {right.tolist()}; got {np.asarray(found).tolist()}")

    return values_equal_those_computed_by_hand


def values_stay_within_their_bounds(case: Case) -> None:
    """Between the two values that its class variable `bounds` states; `math.inf` where there is none."""
    from palate.testing import metrics

    bounds = getattr(case.cls, "bounds", None)
    if bounds is None:
        ensure(False, "say between which values it lies, such as `bounds: ClassVar = (0, 1)`")
        return
    low, high = bounds
    values = np.asarray(metrics._value(case, *metrics._evaluated(metrics._all_users())))
    found = values[np.isfinite(values)]
    ensure(
        bool(((found >= low) & (found <= high)).all()),
        f"values from {found.min():.3g} to {found.max():.3g} leave its bounds, {low} to {high}",
    )


CHECKS = (values_stay_within_their_bounds,)
