"""From the events of one user to the query that a pipeline answers, with the feedback of its recipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import History, Query
from palate.data.fold import Behaviour
from palate.errors import PalateError
from palate.pipeline import Pipeline
from palate_serve.event import Event

NOBODY = np.array([-1], np.int32)


def query_of(
    pipeline: Pipeline,
    rows: Sequence[int],
    events: Sequence[Event],
    before: Query | None = None,
    told: bool = False,
    only_seen: bool = False,
) -> Query:
    """The query of a user with these events (`rows` are their items), after what `before` holds.

    `told` events come from a request: one that says nothing more than its item is a like. With `only_seen`
    none of the events says anything. An event without a
    time is as late as the data go; one without a rating has the highest where ratings count.
    Events stand in the order of their times. Raises PalateError for what the feedback cannot read.
    """
    past = None if before is None else before.masked
    every = _joined(pipeline, rows, events, past)
    about = (NOBODY, None) if before is None else (before.users, before.rows)
    if pipeline.seen is None:
        return Query(about[0], _in_order(every), rows=about[1])
    if before is None and told and not any(event.says_something for event in events):
        return Query(NOBODY, replace(_in_order(every), strengths=None))
    strengths = (
        np.zeros(len(events), np.float32) if only_seen else weights(pipeline, rows, events, past, told)
    )
    kept = np.zeros(0, np.float32) if past is None or past.strengths is None else past.strengths
    every = _in_order(replace(every, strengths=np.concatenate([kept, strengths])))
    return _apart(every, about)


def weights(
    pipeline: Pipeline, rows: Sequence[int], events: Sequence[Event], past: History | None, told: bool
) -> NDArray[np.float32]:
    """float32[events]: how strongly each of the events speaks for its item, as the feedback has it.

    Raises PalateError, with what the feedback says, for events that it cannot read.
    """
    if pipeline.feedback is None or not events:
        return np.ones(len(events), np.float32)
    frame = _frame(pipeline, rows, events, past)
    if hasattr(pipeline.feedback, "weigh"):
        found = np.asarray(pipeline.feedback.weigh(frame, pipeline.items), np.float64)[-len(events) :]
    else:
        raise PalateError(
            f"feedback {pipeline.feedback.name!r} cannot tell what a single event says; it needs `weigh`"
        )
    if told:
        found = np.where([event.says_something for event in events], found, 1.0)
    return np.nan_to_num(found).astype(np.float32)


def _frame(
    pipeline: Pipeline, rows: Sequence[int], events: Sequence[Event], past: History | None
) -> pl.DataFrame:
    """The events as a feedback reads them, behind the ratings that the user gave before."""
    earlier = 0 if past is None else len(past.items)
    ratings = [None] * earlier if past is None or past.ratings is None else past.ratings.tolist()
    before = [] if past is None else past.items.tolist()
    columns = {
        "item": pl.Series([*before, *rows], dtype=pl.Int32),
        "user": pl.Series([0] * (earlier + len(events)), dtype=pl.Int32),
        "rating": pl.Series([*ratings, *(event.rating for event in events)], dtype=pl.Float32),
        "type": pl.Series([None] * earlier + [event.type for event in events], dtype=pl.String),
    }
    labels = pl.Series([None] * earlier + [event.label for event in events], dtype=pl.String)
    own = getattr(pipeline.feedback, "column", None)
    if labels.null_count() < len(labels) or own == "label":
        columns["label"] = labels
    if own is not None and own not in columns:
        columns[own] = columns["type"] if labels.null_count() == len(labels) else labels
    return pl.DataFrame(columns)


def _joined(
    pipeline: Pipeline, rows: Sequence[int], events: Sequence[Event], past: History | None
) -> History:
    """Past and new events in one history, in no order yet; strengths are left out."""
    known = pipeline.history
    items = np.array(rows, np.int32)
    ratings = times = None
    if known.ratings is not None:
        most = pipeline.lookup.highest
        given = np.array([most if each.rating is None else each.rating for each in events], np.float32)
        ratings = given if past is None or past.ratings is None else np.concatenate([past.ratings, given])
    if known.times is not None:
        latest = pipeline.lookup.latest
        when = np.array([latest if each.time is None else int(each.time) for each in events], np.int64)
        times = when if past is None or past.times is None else np.concatenate([past.times, when])
    if past is not None:
        items = np.concatenate([past.items, items])
    pairs = known.pairs if pipeline.seen is None else pipeline.seen.pairs
    return History(np.array([0, len(items)], np.int64), items, known.n_items, ratings, times, pairs=pairs)


def _in_order(history: History) -> History:
    times = history.times
    if times is None or (times[1:] >= times[:-1]).all():
        return history
    return history._with(history.indptr, np.argsort(times, kind="stable"))


def _apart(every: History, about: tuple[NDArray[np.int32], NDArray[np.int32] | None]) -> Query:
    """Likes, dislikes and all that was seen, as the plan parts them for a user of the data."""
    liked, disliked, seen = Behaviour.of(every)
    return Query(about[0], liked, None, disliked, seen, about[1])
