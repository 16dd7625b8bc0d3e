"""All metrics on the rankings of many questions a user: values of events, then of users."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.components.contracts import Metric
from palate.data import Ranking
from palate.data.questions import Questions
from palate.errors import DataError
from palate.evaluation.evaluate import Evaluation, check, overall_value, values_of
from palate.evaluation.interval import summarise

EVENTS = "events"
"""The column of `per_user` that says how many questions a user's values are the mean of."""


def evaluate_each_event(ranking: Ranking, questions: Questions, metrics: Mapping[str, Metric]) -> Evaluation:
    """Evaluate row i of a ranking as the answer to question i, by each metric.

    A user's value is the mean over their events, NaN left out. The mean in `summary` is over events, so
    that each user counts by how many they have, with an interval over users (`summarise`). Metrics of all
    rankings together get them as they are, and a truth without histories. Raises as `evaluate` does.
    """
    if not len(questions):
        raise DataError(
            f"no event of the {questions.part} part can be asked for: {questions.seen_again:,} repeat items "
            "that the user had seen before, which are masked; another split would leave some, and "
            "`repeats: allow` lets them count"
        )
    whole = questions.truth()
    check(ranking, whole, metrics, ranking.users)
    overall = {
        label: overall_value(label, metric, ranking, whole)
        for label, metric in metrics.items()
        if hasattr(metric, "overall")
    }
    scored = {label: metric for label, metric in metrics.items() if label not in overall}
    values = {label: np.empty(len(questions)) for label in scored}
    for rows in questions.blocks(np.arange(len(questions))):
        some = Ranking(ranking.users[rows], ranking.items[rows], ranking.scores[rows])
        for label, found in values_of(some, questions.truth(rows), scored).items():
            values[label][rows] = found
    users, place, counts = np.unique(questions.users, return_inverse=True, return_counts=True)
    columns = {label: _mean_by(place, found, len(users)) for label, found in values.items()}
    frame = pl.DataFrame({"user": users.astype(np.int32), EVENTS: counts.astype(np.int64), **columns})
    summary = {label: summarise(found, counts) for label, found in columns.items()}
    return Evaluation(frame, summary, overall, questions.asked - len(users), questions.seen_again)


def _mean_by(place: NDArray[np.intp], values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """float64[n]: the mean of the values at each place, NaN where there is none."""
    there = ~np.isnan(values)
    counts = np.bincount(place[there], minlength=n)
    sums = np.bincount(place[there], values[there], n)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
