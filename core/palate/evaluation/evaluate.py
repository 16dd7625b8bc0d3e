"""All metrics on one ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.components.calling import calling, checked_array, described
from palate.components.contracts import Metric
from palate.data import Ranking, Truth
from palate.errors import ComponentError, DataError
from palate.evaluation.cached_truth import CachedTruth
from palate.evaluation.interval import Summary, summarise


@dataclass(frozen=True)
class Evaluation:
    """The metric values of one ranking.

    `per_user` has `user` (int32) and a float64 column for each metric that gives one value for each
    user, one row for each user with relevant items, in the order of the ranking. `summary` holds the
    mean of each such column, `overall` the values of all users together. `excluded` users had no
    relevant items; `seen_again` events were not counted because the user had seen the item before.

    Where each event is asked, `per_user` has also `events`, how many of a user's a value is the mean of,
    and the means in `summary` are over events.
    """

    per_user: pl.DataFrame
    summary: dict[str, Summary]
    overall: dict[str, float]
    excluded: int
    seen_again: int


def evaluate(
    ranking: Ranking,
    truth: Truth,
    metrics: Mapping[str, Metric],
    users: NDArray[np.int32] | None = None,
) -> Evaluation:
    """Evaluate a ranking by each metric; the keys of `metrics`, such as `ndcg@10`, name the columns.

    `users` int32[n] are the numbers to write into the column `user`, for rankings whose own say
    -1 for a user unknown in training. Every metric that is a mean over users is a mean over the
    same users. Raises DataError where no user has a relevant item, and ComponentError where the
    ranking does not fit the truth, is shorter than a metric's k, or holds an item twice, or where a
    metric does not give one value for each user.
    """
    users = ranking.users if users is None else users
    check(ranking, truth, metrics, users)
    known = CachedTruth.about(ranking, truth)
    evaluated = truth.counts > 0
    overall = {
        label: overall_value(label, metric, ranking, known)
        for label, metric in metrics.items()
        if hasattr(metric, "overall")
    }
    scored = {label: metric for label, metric in metrics.items() if label not in overall}
    columns = {label: found[evaluated] for label, found in values_of(ranking, known, scored).items()}
    frame = pl.DataFrame({"user": users[evaluated].astype(np.int32), **columns})
    summary = {label: summarise(values) for label, values in columns.items()}
    excluded = int(np.count_nonzero(~evaluated))
    return Evaluation(frame, summary, overall, excluded, truth.seen_again)


def values_of(
    ranking: Ranking, truth: Truth, metrics: Mapping[str, Metric]
) -> dict[str, NDArray[np.float64]]:
    """By label the float64[n] of each metric that gives one value for each user.

    Raises ComponentError where one does not.
    """
    known = truth if isinstance(truth, CachedTruth) else CachedTruth.about(ranking, truth)
    return {label: _values(label, metric, ranking, known) for label, metric in metrics.items()}


def _values(label: str, metric: Any, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
    who = f"metric {label!r}"
    with calling(who):
        values = metric.score(ranking, truth)
    if isinstance(values, np.ndarray) and values.dtype.kind in "iub":  # hits or counts
        values = values.astype(np.float64)
    checked = checked_array(values, who, (len(ranking),), "float", "one value for each user")
    return checked.astype(np.float64)


def overall_value(label: str, metric: Any, ranking: Ranking, truth: Truth) -> float:
    """The value of a metric of all users together. Raises ComponentError where it is no number."""
    who = f"metric {label!r}"
    with calling(who):
        value = metric.overall(ranking, truth)
    if not isinstance(value, Real):
        raise ComponentError(f"{who} must give a number; it gave {described(value)}")
    return float(value)


def check(ranking: Ranking, truth: Truth, metrics: Mapping[str, Metric], users: NDArray[np.int32]) -> None:
    """Raises ComponentError or DataError where a ranking cannot be evaluated; see `evaluate`."""
    if not len(ranking) == len(truth) == len(users):
        raise ComponentError(
            f"a ranking needs one truth and one number for each user; there are {len(ranking)} rankings, "
            f"{len(truth)} truths and {len(users)} numbers"
        )
    if not len(truth.relevant):
        raise DataError(
            f"none of {len(truth)} users has a relevant item: {truth.seen_again} of their events repeat "
            "items that they had seen before, which are masked; another split would leave some"
        )
    short = _too_short(ranking, truth, metrics)
    if short:
        raise ComponentError(short)
    twice = _users_with_repeats(ranking)
    if twice:
        raise ComponentError(
            f"a ranking must hold an item once for each user, or its hits count twice; {twice} of "
            f"{len(ranking)} users have one more than once"
        )


def _too_short(ranking: Ranking, truth: Truth, metrics: Mapping[str, Metric]) -> str:
    """Which metrics look further down than the ranking goes, in words."""
    if ranking.k >= truth.n_items:
        return ""
    depth = {label: int(getattr(metric, "k", 0) or 0) for label, metric in metrics.items()}
    deep = [label for label, k in depth.items() if k > ranking.k]
    if not deep:
        return ""
    return (
        f"the ranking has {ranking.k} items for each user, too few for {', '.join(deep)}; "
        f"rank at least {max(depth.values())}"
    )


def _users_with_repeats(ranking: Ranking) -> int:
    ordered = np.sort(ranking.items, axis=1)
    repeated = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    return int(np.count_nonzero(repeated.any(axis=1)))
