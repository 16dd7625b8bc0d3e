"""Histories that somebody names, of users whom the data do not have, as one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import History, Query
from palate.data.fold import Behaviour
from palate.errors import PalateError
from palate.pipeline.lookup import several

if TYPE_CHECKING:
    from palate.pipeline.pipeline import Pipeline

Values = Iterable[Any] | None
"""One value for each item of a history, or None."""


def of_one(
    pipeline: Pipeline, user: Any, history: Iterable[Any] | None, times: Values, ratings: Values
) -> Query:
    """The query of one user of the data, or of any user with this history."""
    if times is None and ratings is None:
        return pipeline.lookup.query(user, history)
    if history is None or user is not None:
        raise PalateError("times and ratings stand beside the items of a history, and there is none")
    return of_histories(pipeline, [history], [times], None if ratings is None else [ratings])


def of_many(
    pipeline: Pipeline,
    users: Iterable[Any] | None,
    histories: Iterable[Iterable[Any]] | None,
    times: Iterable[Values] | None,
    ratings: Iterable[Values] | None,
) -> Query:
    """The query of several users of the data, or of as many users as there are histories."""
    if (users is None) == (histories is None):
        raise PalateError("give either known users or histories of items, one of the two")
    if histories is not None:
        return of_histories(pipeline, histories, times, ratings)
    if times is not None or ratings is not None:
        raise PalateError("times and ratings stand beside the items of histories, and there are none")
    return pipeline.lookup.known(pipeline.lookup.user_rows(users))  # type: ignore[arg-type]


def of_histories(
    pipeline: Pipeline,
    histories: Iterable[Iterable[Any]],
    times: Iterable[Values] | None = None,
    ratings: Iterable[Values] | None = None,
) -> Query:
    """The query of users with these histories: item ids or titles, oldest first.

    `times` (seconds since 1970, or dates) put each history in order; an event without one is as late as the
    data go. An event without a rating has the highest. With `ratings`, a feedback that reads them says which
    events are likes; without, or with another feedback, all are. What the data have not is not kept.
    Raises UnknownItem, AmbiguousItem, and PalateError for what is no list, time or rating, or too short.
    """
    lists = [several(history, "a history") for history in several(histories, "histories")]
    counts = np.array([len(each) for each in lists], np.int64)
    known, lookup = pipeline.history, pipeline.lookup
    items = np.array(lookup.item_rows(chain.from_iterable(lists)), np.int32)
    when = None if times is None else _flat(times, counts, "times", _seconds)
    rated = None if ratings is None else _flat(ratings, counts, "ratings", _number)
    found = History(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), items, known.n_items,
        None if known.ratings is None else _filled(rated, lookup.highest, len(items)).astype(np.float32),
        None if known.times is None else _filled(when, lookup.latest, len(items)).astype(np.int64),
        pairs=known.pairs,
    )  # fmt: skip
    strengths = _strengths(pipeline, found, rated)
    if strengths is not None:
        found = replace(found, strengths=strengths)
    if when is not None:  # sorted, so that what has no time stands behind what has
        found = found._with(found.indptr, np.lexsort((_filled(when, np.inf, len(items)), found.owners)))
    liked, disliked, seen = Behaviour.of(found)
    return Query(np.full(len(lists), -1, np.int32), liked, None, disliked, seen)


def _strengths(
    pipeline: Pipeline, found: History, rated: NDArray[np.float64] | None
) -> NDArray[np.float32] | None:
    """How strongly each rated event speaks for its item; None where the feedback does not go by ratings."""
    feedback = pipeline.feedback
    if rated is None or "ratings" not in getattr(feedback, "needs", ()) or not hasattr(feedback, "weigh"):
        return None
    columns = {"user": found.owners, "item": found.items, "rating": rated.astype(np.float32)}
    said = np.asarray(feedback.weigh(pl.DataFrame(columns), pipeline.items), np.float64)
    return np.where(np.isnan(rated), 1.0, np.nan_to_num(said)).astype(np.float32)


def _flat(given: Iterable[Values], counts: NDArray[np.int64], name: str, number: Any) -> NDArray[np.float64]:
    """float64[events]: a value for each item of all histories, NaN for None."""
    lists = several(given, name)
    if len(lists) != len(counts):
        raise PalateError(
            f"{name} has one list for each history: {len(counts):,} histories, {len(lists):,} lists"
        )
    found: list[Any] = []
    for at, (values, count) in enumerate(zip(lists, counts.tolist(), strict=True)):
        own: Sequence[Any] = [None] * count if values is None else several(values, f"{name}[{at}]")
        if len(own) != count:
            raise PalateError(
                f"{name}[{at}] has {len(own)} values and its history {count} items; give each one"
            )
        found += [np.nan if value is None else number(value, f"{name}[{at}]") for value in own]
    return np.array(found, np.float64)


def _filled(values: NDArray[np.float64] | None, missing: float, n: int) -> NDArray[np.float64]:
    return np.full(n, missing, np.float64) if values is None else np.where(np.isnan(values), missing, values)


def _seconds(value: Any, name: str) -> float:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() // 1
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
    return _number(value, name, "a time in seconds since 1970, or a date")


def _number(value: Any, name: str, what: str = "a number") -> float:
    if isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(float(value)):
        return float(value)
    raise PalateError(f"{name} must hold {what}, or None; got {value!r}")
