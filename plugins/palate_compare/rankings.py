"""Rankings from files as arrays, in the order of what they are evaluated against."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Ranking
from palate.registry import Registry
from palate.runs import Run
from palate.runs.ground_truth import GroundTruth


def rows_of(known: pl.Series, ids: pl.Series) -> NDArray[np.int64]:
    """The place of each id among `known`, which ascend without repeats; -1 where it is not there.

    Ids may be written as another type: 7 is '7'.
    """
    if known.dtype != ids.dtype:
        if known.dtype.is_integer() and not ids.dtype.is_integer():
            ids = ids.cast(pl.String).str.strip_chars().cast(known.dtype, strict=False)
        else:
            ids = ids.cast(known.dtype, strict=False)
    numbers = pl.int_range(len(known), dtype=pl.Int64, eager=True)
    return ids.replace_strict(known, numbers, default=-1, return_dtype=pl.Int64).to_numpy()


def as_ranking(frame: pl.DataFrame, ground_truth: GroundTruth) -> Ranking:
    """The best items of each user evaluated, from a frame with `user`, `rank` (from 1) and `item` ids.

    Users and items that the run does not know are left out; a user without a line has no items.
    """
    user, item = (
        rows_of(ground_truth.users["id"], frame["user"]),
        rows_of(ground_truth.items.ids, frame["item"]),
    )
    place = frame["rank"].to_numpy().astype(np.int64) - 1
    inside = (user >= 0) & (item >= 0)
    items = np.full((len(ground_truth), int(place.max(initial=0)) + 1), -1, np.int32)
    items[user[inside], place[inside]] = item[inside]
    scores = np.where(items >= 0, -np.arange(items.shape[1], dtype=np.float32), -np.inf).astype(np.float32)
    return Ranking(np.arange(len(ground_truth), dtype=np.int32), items, scores)


def metrics_of(run: Run, registry: Registry) -> dict[str, Any]:
    """The metrics of a run's recipe, ready to evaluate, by their labels."""
    labels = list(run.results["rows"][0]["metrics"])
    blocks = [each if isinstance(each, dict) else {"use": each} for each in run.recipe["evaluate"]]
    return {
        label: registry.find("metric", block["use"]).make({k: v for k, v in block.items() if k != "use"})
        for label, block in zip(labels, blocks, strict=True)
    }
