"""The same users under every entry: values paired by user id, pooled over seeds and folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.errors import DataError
from palate.evaluation import EVENTS
from palate_compare.entry import Entry, EvaluatedRanking

Part = tuple[pl.Series, NDArray[np.float64], NDArray[np.float64] | None]
"""Users, their values float64[users, entries, metrics], and their events, None where each was asked once."""


@dataclass(frozen=True)
class Aligned:
    """One fold: `values` float64[users, entries, metrics], row i for user `users[i]`.

    `events` float64[users] says how many events a user's values are the mean of, where each was asked.
    """

    users: pl.Series
    values: NDArray[np.float64]
    by_entry: tuple[EvaluatedRanking, ...]
    events: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class PairedValues:
    """Values float64[users, entries, metrics] of the users that every entry has.

    NaN where a metric is not defined for a user under some entry: then it is under none.
    `missing` counts, by entry, the users that others have and it has not. Users count by their `events`
    (float64[users]) where each event was asked, all alike where that is None.
    """

    users: pl.Series
    values: NDArray[np.float64]
    metrics: tuple[str, ...]
    entries: tuple[str, ...]
    missing: dict[str, int]
    events: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.users)

    @property
    def who(self) -> str:
        """How many users are compared, and on how many events where each was asked, in words."""
        events = "" if self.events is None else f" with {self.events.sum():,.0f} events"
        return f"{len(self):,} users{events}"


def align(entries: Sequence[Entry], metrics: Sequence[str]) -> tuple[list[Aligned], dict[str, int]]:
    """The values of each fold, users ascending by id; and how many each entry is missing.

    Raises DataError where no user is in all.
    """
    missing = dict.fromkeys((entry.name for entry in entries), 0)
    folds = [
        fold
        for fold in dict.fromkeys(each.fold for each in entries[0].evaluations)
        if len(entries[0].evaluations) == 1 or all(_at(entry, fold) for entry in entries)
    ]
    aligned = []
    for fold in folds:
        chosen = tuple(_at(entry, fold) or entry.evaluations[0] for entry in entries)
        users, absent = _common([each.per_user["user"] for each in chosen])
        for entry, count in zip(entries, absent, strict=True):
            missing[entry.name] += count
        frames = [each.per_user for each in chosen]
        events = None
        if all(entry.asks_each_event for entry in entries):
            events = stacked(users, frames[:1], [EVENTS])[:, 0, 0]
        aligned.append(Aligned(users, stacked(users, frames, metrics), chosen, events))
    if not any(len(each.users) for each in aligned):
        raise DataError("no user has values under every entry; are the user ids written the same way?")
    return aligned, missing


def stacked(users: pl.Series, frames: Sequence[pl.DataFrame], metrics: Sequence[str]) -> NDArray[np.float64]:
    """float64[users, frames, metrics]: NaN for a user that a frame does not have, in all frames."""
    wanted = users.alias("user").to_frame()
    layers = [
        wanted.join(
            frame.with_columns(pl.col("user").cast(users.dtype)), on="user", how="left", maintain_order="left"
        )
        .select(pl.col(metric).cast(pl.Float64).fill_null(float("nan")) for metric in metrics)
        .to_numpy()
        for frame in frames
    ]
    values = np.stack(layers, axis=1)
    return np.where(np.isnan(values).any(axis=1, keepdims=True), np.nan, values)


def pool(parts: Sequence[Part]) -> Part:
    """The mean of each user's values over folds, users ascending by id.

    A user who was evaluated in several folds or under several seeds counts once: their values are
    not independent, users are. The mean is over the folds that have a value, which are the same
    for all entries, so differences stay paired within a fold. Where each event was asked, the mean is one
    over the events of all folds.
    """
    if len(parts) == 1:
        return parts[0]
    ids = pl.concat([users for users, _, _ in parts])
    users = ids.unique().sort()
    rows = users.search_sorted(ids).to_numpy()
    values = np.concatenate([values for _, values, _ in parts])
    own = [np.ones(len(users)) if events is None else events for users, _, events in parts]
    weight = np.concatenate(own)
    known = ~np.isnan(values) * weight[:, None, None]
    sums, counts = np.zeros((len(users), *values.shape[1:])), np.zeros((len(users), *values.shape[1:]))
    np.add.at(sums, rows, np.where(known, values, 0.0) * weight[:, None, None])
    np.add.at(counts, rows, known)
    events = None if parts[0][2] is None else np.bincount(rows, weight, len(users))
    return users, np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), events


def _common(ids: Sequence[pl.Series]) -> tuple[pl.Series, list[int]]:
    """The ids that are in all, ascending, and how many of the others each is missing."""
    if len({each.dtype for each in ids}) > 1:
        ids = [each.cast(pl.String) for each in ids]
    everyone = pl.concat(ids).unique()
    common = reduce(lambda left, right: left.filter(left.is_in(right.implode())), ids)
    return common.unique().sort(), [len(everyone) - each.n_unique() for each in ids]


def _at(entry: Entry, fold: str) -> EvaluatedRanking | None:
    return next((each for each in entry.evaluations if each.fold == fold), None)
