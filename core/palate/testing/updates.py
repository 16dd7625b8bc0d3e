"""What a ranker must do that can be brought up to date: score as if it had been fitted afresh."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from palate.components.updating import TOLERANCE
from palate.data import Items, Query, Training, change
from palate.testing.case import Case, ensure, same, state
from palate.testing.data import crowd
from palate.testing.reading import with_letters

_LEAVING, _DROPPED = (3, 8, 39), 4  # users, and an item in the middle of the catalogue


def fewer(training: Training) -> Training:
    """The same without some users, one item, and the last event of every third user."""
    history = training.history
    last = np.zeros(len(history.items), bool)
    last[history.indptr[1:][history.counts > 0] - 1] = True
    kept = ~np.isin(history.owners, _LEAVING) & (history.items != _DROPPED)
    kept &= ~(last & (history.owners % 3 == 1))
    users = np.setdiff1d(np.arange(len(history)), _LEAVING)
    part = history.only(kept).take(users)
    items = np.arange(history.n_items) != _DROPPED
    part = replace(part, items=(np.cumsum(items) - 1)[part.items].astype(np.int32), n_items=int(items.sum()))
    vectors = None if training.vectors is None else training.vectors[items]
    catalogue = Items(training.items.frame.filter(pl.Series(items)))
    return with_letters(
        replace(training, history=part, items=catalogue, users=training.users[users], vectors=vectors)
    )


def what_came_is_added(case: Case) -> None:
    """From fewer users, items and events to all, it scores as if fitted on all."""
    _agrees(case, fewer(crowd()[0]), crowd()[0])


def what_went_is_removed(case: Case) -> None:
    """Without some users, an item and some events, it scores as if they had never been there."""
    _agrees(case, crowd()[0], fewer(crowd()[0]))


def nothing_changed_changes_nothing(case: Case) -> None:
    training, query = crowd()
    fitted = case.fitted(training)
    right = fitted.score(query)
    _near(case, _updated(fitted, training, training).score(query), right, "although nothing changed")


def an_updated_one_can_be_updated(case: Case) -> None:
    """There and back again."""
    training, query = crowd()
    updated = _updated(case.fitted(training), training, fewer(training))
    back = _updated(updated, fewer(training), training)
    _near(case, back.score(query), case.fitted(training).score(query), "after a second update")


def updating_leaves_its_input_as_it_is(case: Case) -> None:
    training = crowd()[0]
    fitted = case.fitted(fewer(training))
    added, removed = change(fewer(training), training)
    parts = (added.whole.history, added.history, removed.history, added.item_rows, added.user_rows)
    before = deepcopy(parts)
    fitted.partial_fit(added, removed)
    ensure(same(before, parts), "partial_fit() changes the data it was given")


def _agrees(case: Case, before: Training, after: Training) -> None:
    fitted = _updated(case.fitted(before), before, after)
    fresh = case.fitted(after)
    ensure(
        state(fitted).keys() == state(fresh).keys(),
        "partial_fit() must set the same fields as fit()",
    )
    query = Query(np.full(len(after.history), -1, np.int32), after.history)
    if after.vectors is not None:
        query = query.with_interests(_means(after))
    _near(case, fitted.score(query), fresh.score(query), "of those of a fresh fit")


def _updated(component: Any, before: Training, after: Training) -> Any:
    added, removed = change(before, after)
    ensure(
        component.partial_fit(added, removed) is component, "partial_fit() must return the component itself"
    )
    return component


def _means(training: Training) -> Any:
    counts = np.maximum(training.history.matrix.sum(axis=1), 1)[:, None]
    return ((training.history.matrix @ training.vectors) / counts).astype(np.float32)[:, None, :]


def _near(case: Case, scores: Any, right: Any, when: str) -> None:
    ensure(scores.shape == right.shape, f"scores have the shape {scores.shape}, not {right.shape}, {when}")
    tolerance = float(getattr(case.cls, "update_tolerance", TOLERANCE))
    if math.isinf(tolerance):
        return
    ensure(same(np.isnan(scores), np.isnan(right)), f"other scores are NaN {when}")
    largest = float(np.nanmax(np.abs(right), initial=0.0)) or 1.0
    off = float(np.nanmax(np.abs(scores - right), initial=0.0)) / largest
    ensure(off <= tolerance, f"scores are {off:.2g} away, more than {tolerance:g}, {when}")


CHECKS = (
    what_came_is_added,
    what_went_is_removed,
    nothing_changed_changes_nothing,
    an_updated_one_can_be_updated,
    updating_leaves_its_input_as_it_is,
)
