"""The values of several folds as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from palate.evaluation.each_event import EVENTS
from palate.evaluation.evaluate import Evaluation
from palate.evaluation.interval import summarise


def pooled(folds: Sequence[Evaluation]) -> Evaluation:
    """One evaluation of all folds, in which each user counts once.

    A user's value is the mean over the folds in which they were evaluated, and the interval is one over
    users: values of one user in several folds are alike, users are drawn independently of one another.
    To treat each user in each fold as a draw of its own would make the interval too narrow. It does not
    hold what fitting on other training data would change. Values of all users together, such as
    coverage, are the mean over folds, without an interval. Where each event is asked, a user's value is the
    mean over their events in all folds.
    """
    first, *_ = folds
    weighted = EVENTS in first.per_user.columns
    labels = [name for name in first.per_user.columns if name not in ("user", EVENTS)]
    known = pl.concat([fold.per_user for fold in folds]).with_columns(pl.col(labels).fill_nan(None))
    means = [pl.col(labels).mean()] if not weighted else [pl.col(EVENTS).sum(), *map(_over_events, labels)]
    frame = (
        known.group_by("user").agg(*means).sort("user").with_columns(pl.col(labels).fill_null(float("nan")))
    )
    events = frame[EVENTS].to_numpy() if weighted else None
    summary = {label: summarise(frame[label].to_numpy(), events) for label in labels}
    overall = {label: float(np.mean([fold.overall[label] for fold in folds])) for label in first.overall}
    return Evaluation(
        frame, summary, overall, sum(fold.excluded for fold in folds), sum(fold.seen_again for fold in folds)
    )


def _over_events(label: str) -> pl.Expr:
    """The mean of a column, a row counting by its events; missing where every value is."""
    value, events = pl.col(label), pl.col(EVENTS)
    return ((value * events).sum() / events.filter(value.is_not_null()).sum()).alias(label)
