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
    """What came out of judging one ranking.

    `per_user` has `user` (int32) and a float64 column for each metric that gives one figure a
    person, one row for each person who had anything to be found, in the order of the ranking.
    `summary` holds the mean of each such column, `overall` the figures of all people together.
    `left_out` people had nothing to be found; `seen_again` answers were not counted because the
    person had met the item before.
    """

    per_user: pl.DataFrame
    summary: dict[str, Summary]
    overall: dict[str, float]
    left_out: int
    seen_again: int


def evaluate(
    ranking: Ranking,
    truth: Truth,
    metrics: Mapping[str, Metric],
    people: NDArray[np.int32] | None = None,
) -> Evaluation:
    """Judge a ranking by each metric; the keys of `metrics`, such as `ndcg@10`, name the columns.

    `people` int32[n] are the numbers to write into the column `user`, for rankings whose own say
    -1 for a person unknown in training. Every metric that is a mean over people is a mean over the
    same people. Raises DataError where nobody has anything to be found, and ComponentError where
    the ranking does not fit the truth, is shorter than a metric's k, or holds an item twice, or
    where a metric does not give one figure a person.
    """
    people = ranking.users if people is None else people
    _check(ranking, truth, metrics, people)
    known = CachedTruth.about(ranking, truth)
    judged = truth.counts > 0
    columns: dict[str, NDArray[np.float64]] = {}
    overall: dict[str, float] = {}
    for label, metric in metrics.items():
        if hasattr(metric, "overall"):
            overall[label] = _overall(label, metric, ranking, known)
        else:
            columns[label] = _figures(label, metric, ranking, known)[judged]
    frame = pl.DataFrame({"user": people[judged].astype(np.int32), **columns})
    summary = {label: summarise(figures) for label, figures in columns.items()}
    left_out = int(np.count_nonzero(~judged))
    return Evaluation(frame, summary, overall, left_out, truth.seen_again)


def _figures(label: str, metric: Any, ranking: Ranking, truth: Truth) -> NDArray[np.float64]:
    who = f"metric {label!r}"
    with calling(who):
        values = metric.score(ranking, truth)
    if isinstance(values, np.ndarray) and values.dtype.kind in "iub":  # hits or counts
        values = values.astype(np.float64)
    checked = checked_array(values, who, (len(ranking),), "float", "one value for each user")
    return checked.astype(np.float64)


def _overall(label: str, metric: Any, ranking: Ranking, truth: Truth) -> float:
    who = f"metric {label!r}"
    with calling(who):
        value = metric.overall(ranking, truth)
    if not isinstance(value, Real):
        raise ComponentError(f"{who} must give a number; it gave {described(value)}")
    return float(value)


def _check(ranking: Ranking, truth: Truth, metrics: Mapping[str, Metric], people: NDArray[np.int32]) -> None:
    if not len(ranking) == len(truth) == len(people):
        raise ComponentError(
            f"a ranking needs one truth and one number a person; there are {len(ranking)} rankings, "
            f"{len(truth)} truths and {len(people)} numbers"
        )
    if not len(truth.relevant):
        raise DataError(
            f"none of {len(truth)} people has anything to be found: {truth.seen_again} of their "
            "answers had been met before and are masked; another split would leave some"
        )
    short = _too_short(ranking, truth, metrics)
    if short:
        raise ComponentError(short)
    twice = _people_with_repeats(ranking)
    if twice:
        raise ComponentError(
            f"a ranking must hold an item once a person, or its hits count twice; {twice} of "
            f"{len(ranking)} people have one more than once"
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
        f"the ranking has {ranking.k} items a person, too few for {', '.join(deep)}; "
        f"rank at least {max(depth.values())}"
    )


def _people_with_repeats(ranking: Ranking) -> int:
    ordered = np.sort(ranking.items, axis=1)
    repeated = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    return int(np.count_nonzero(repeated.any(axis=1)))
