"""The values of several folds as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from palate.evaluation.evaluate import Evaluation
from palate.evaluation.interval import summarise


def pooled(folds: Sequence[Evaluation]) -> Evaluation:
    """One evaluation of all folds, in which each user counts once.

    A user's value is the mean over the folds in which they were evaluated, and the interval is one over
    users: values of one user in several folds are alike, users are drawn independently of one another.
    To treat each user in each fold as a draw of its own would make the interval too narrow. It does not
    hold what fitting on other training data would change. Values of all users together, such as
    coverage, are the mean over folds, without an interval.
    """
    labels = [name for name in folds[0].per_user.columns if name != "user"]
    frame = (
        pl.concat([fold.per_user for fold in folds])
        .group_by("user")
        .agg(pl.col(labels).fill_nan(None).mean())
        .sort("user")
        .with_columns(pl.col(labels).fill_null(float("nan")))
    )
    summary = {label: summarise(frame[label].to_numpy()) for label in labels}
    overall = {label: float(np.mean([fold.overall[label] for fold in folds])) for label in folds[0].overall}
    return Evaluation(
        frame, summary, overall, sum(fold.excluded for fold in folds), sum(fold.seen_again for fold in folds)
    )
