"""Kinds of users and kinds of items, to look at a comparison in parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.errors import DataError, closest
from palate.runs.ground_truth import GroundTruth

HISTORY = (1, 5, 20, 100)
HISTORY_NAMES = ("none", "1 to 4", "5 to 19", "20 to 99", "100 and more")
THIRDS = ("least active third", "middle third", "most active third")
QUARTERS = ("lowest quarter", "second quarter", "third quarter", "highest quarter")
MOST = 12


@dataclass(frozen=True)
class Segmentation:
    """Users or items by segment: `masks` are bool[n] by the segment's name; an item may be in several."""

    name: str
    of: str
    masks: dict[str, NDArray[np.bool_]]


def segmentations(ground_truth: GroundTruth, columns: tuple[str, ...] = ()) -> Iterator[Segmentation]:
    """The usual ones, then those by `columns` such as `user:age` or `item:genres`.

    History length counts the events of a user before the test part; activity these and the relevant
    items, in thirds of the users evaluated. Head items are the most popular ones that together have a
    third of the training events, middle items the next third, tail items the rest.
    """
    history = ground_truth.history.counts
    yield _coded("history length", "users", np.digitize(history, HISTORY), HISTORY_NAMES)
    events = history + ground_truth.truth.counts
    yield _coded(
        "user activity", "users", np.digitize(events, np.quantile(events, (1 / 3, 2 / 3)), True), THIRDS
    )
    yield _coded("users", "users", (~ground_truth.known).astype(np.int64), ("in training", "cold"))
    yield _coded(
        "items", "items", popularity_class(ground_truth.truth.popularity), ("head", "middle", "tail", "cold")
    )
    for column in columns:
        yield _by_column(ground_truth, column)


def popularity_class(popularity: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 head, 1 middle, 2 tail, 3 not in training, for each item."""
    order = np.argsort(-popularity, kind="stable")
    before = np.cumsum(popularity[order]) - popularity[order]
    third = np.minimum(3 * before // max(int(popularity.sum()), 1), 2)
    found = np.empty(len(popularity), np.int64)
    found[order] = np.where(popularity[order] > 0, third, 3)
    return found


def _coded(name: str, of: str, codes: NDArray[np.int64], labels: tuple[str, ...]) -> Segmentation:
    return Segmentation(name, of, {label: codes == at for at, label in enumerate(labels)})


def _by_column(ground_truth: GroundTruth, named: str) -> Segmentation:
    """Each value of a column; quarters of one with many numbers; the commonest 12 of other values."""
    side, _, column = named.partition(":")
    frames = {"user": ground_truth.users, "item": ground_truth.items.frame}
    if side not in frames or not column:
        raise DataError(f"a segment is `user:COLUMN` or `item:COLUMN`; got {named!r}")
    known = [name for name in frames[side].columns if name not in ("id", "text")]
    if column not in known:
        raise DataError(
            f"{side}s have no column {column!r}.{closest(column, known)} "
            f"They have {', '.join(known) or 'none'}."
        )
    values, of = frames[side][column], "users" if side == "user" else "items"
    if values.dtype.is_numeric() and values.n_unique() > MOST:
        numbers = values.cast(pl.Float64).to_numpy()
        codes = np.digitize(numbers, np.nanquantile(numbers, (0.25, 0.5, 0.75)), True)
        return _coded(named, of, np.where(np.isnan(numbers), -1, codes), QUARTERS)
    lists = (
        values
        if isinstance(values.dtype, pl.List)
        else values.to_frame().select(pl.concat_list(column))[column]
    )
    long = pl.DataFrame({"row": np.arange(len(values)), "value": lists}).explode("value").drop_nulls()
    long = long.with_columns(pl.col("value").cast(pl.String))
    common = long["value"].value_counts().sort("count", "value", descending=[True, False])["value"].head(MOST)
    masks = {}
    for value in common:
        masks[value] = np.zeros(len(values), bool)
        masks[value][long.filter(value=value)["row"].to_numpy()] = True
    return Segmentation(named, of, masks)
