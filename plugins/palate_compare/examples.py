"""What the same user got from each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from palate.errors import PalateError
from palate.runs.ground_truth import GroundTruth
from palate_compare.entry import Entry
from palate_compare.rankings import rows_of

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison

SHOWN = 5
REASONS = 2


def examples(comparison: Comparison) -> list[dict[str, Any]]:
    """Three users: the one with the largest gain of the best entry over the reference, the one with the
    largest loss, and one drawn at random.

    Each with `why` they are shown, their `latest` events, `relevant` items, and the first five of
    each entry, with what in their history each comes from where the pipeline can be explained. The
    reference is the baseline, or the second best entry. Only the first seed or fold is shown.
    """
    ground_truth = comparison.entries[0].evaluations[0].run.ground_truth
    rows = rows_of(ground_truth.users["id"], comparison.paired.users)
    found = []
    for why, at in _chosen(comparison, rows):
        user, row = comparison.paired.users[at], int(rows[at])
        values = comparison.paired.values[at, :, _metric(comparison)]
        entries = [
            {"name": entry.name, "value": float(value), "recommended": _shown(entry, user, ground_truth, row)}
            for entry, value in zip(comparison.entries, values, strict=True)
        ]
        found.append({"why": why, "user": user, **_past(ground_truth, row), "entries": entries})
    return found


def _chosen(comparison: Comparison, rows: np.ndarray[Any, np.dtype[np.int64]]) -> list[tuple[str, int]]:
    best = comparison.best
    lines = comparison.against(best).to_dicts()
    reference = comparison.baseline if comparison.baseline and comparison.baseline != best else (
        str(lines[0]["second"]) if lines[0]["first"] == best else str(lines[0]["first"])
    )  # fmt: skip
    names, at = comparison.names, _metric(comparison)
    values = comparison.paired.values[:, :, at]
    gain = values[:, names.index(best)] - values[:, names.index(reference)]
    gain = -gain if comparison.metric in comparison.lower_is_better else gain
    able = np.flatnonzero(~np.isnan(gain) & (rows >= 0))
    if not len(able):
        return []
    some = int(np.random.default_rng(comparison.seed).choice(able))
    most, least = int(able[np.argmax(gain[able])]), int(able[np.argmin(gain[able])])
    found = [
        (f"where {best} gains most over {reference}", most),
        (f"where {best} loses most to {reference}", least),
        ("drawn at random", some),
    ]
    return [each for turn, each in enumerate(found) if each[1] not in [at for _, at in found[:turn]]]


def _past(ground_truth: GroundTruth, row: int) -> dict[str, list[str]]:
    past = ground_truth.history.take(np.array([row])).items[::-1][:SHOWN]
    relevant = _relevant(ground_truth, row)
    titles = ground_truth.items.titles
    return {"latest": titles.gather(past).to_list(), "relevant": titles.gather(relevant[:SHOWN]).to_list()}


def _shown(entry: Entry, user: Any, ground_truth: GroundTruth, row: int) -> list[dict[str, Any]]:
    ranking = entry.evaluations[0].ranking
    frame = ranking.filter(pl.col("user").cast(pl.String) == str(user)).sort("rank").head(SHOWN)
    relevant = set(_relevant(ground_truth, row))
    items = rows_of(ground_truth.items.ids, frame["item"])
    return [
        {
            "title": line["title"],
            "relevant": int(at) in relevant,
            "because": _because(entry, user, line["item"]),
        }
        for line, at in zip(frame.to_dicts(), items, strict=True)
    ]


def _because(entry: Entry, user: Any, item: Any) -> list[str]:
    """The items of the history that add most to the item's score, where the pipeline can say so."""
    if not entry.is_whole:
        return []
    try:
        frame = entry.evaluations[0].run.pipeline.explain(item, user).frame()
    except PalateError:
        return []
    return [str(title) for title in frame.filter(pl.col("adds") > 0)["title"].head(REASONS)]


def _metric(comparison: Comparison) -> int:
    return comparison.paired.metrics.index(comparison.metric)


def _relevant(ground_truth: GroundTruth, row: int) -> list[int]:
    """The relevant items of one user (row numbers)."""
    truth = ground_truth.truth
    found: list[int] = truth.relevant[truth.indptr[row] : truth.indptr[row + 1]].tolist()
    return found
