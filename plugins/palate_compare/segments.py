"""Where a difference comes from: the same comparison by kind of user and kind of item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Truth
from palate.errors import DataError
from palate.registry import Registry
from palate_compare.paired_differences import by_student
from palate_compare.pairing import Aligned, Part, pool
from palate_compare.rankings import as_ranking, metrics_of, rows_of
from palate_compare.segmentations import Segmentation, segmentations
from palate_compare.verdict import holm, verdict
from palate_compare.weighting import mean_over


@dataclass(frozen=True)
class SegmentTest:
    """What is tested in each segment: how each entry differs from `reference` on one metric."""

    names: tuple[str, ...]
    reference: int
    metric: str
    at: int
    threshold: float
    lower_is_better: bool


def segments(
    aligned: Sequence[Aligned], test: SegmentTest, columns: tuple[str, ...], registry: Registry
) -> pl.DataFrame:
    """One row a segment and entry, both in order.

    `dimension`, `segment`, `users` who count, `name`, `mean`, and against the reference
    `difference`, `low`, `high`, `p` (of Student's paired t, enough for looking), `adjusted` (Holm
    over the segments and entries of a dimension) and `verdict`. In a segment of items only
    relevant items of that kind count, and users who have none do not. Empty segments are left out, and those
    of items where each event was asked: a run keeps the rankings of each user's first question only.
    """
    found: dict[tuple[str, str], list[Part]] = {}
    for fold in aligned:
        for segmentation in segmentations(fold.by_entry[0].run.ground_truth, columns):
            if segmentation.of == "items" and fold.events is not None:
                if segmentation.name in columns:
                    raise DataError(
                        f"--segment {segmentation.name} needs the ranking of every question, and a run that "
                        "asks for each event keeps each user's first; take segments of users"
                    )
                continue
            for label, part in _parts(fold, segmentation, test, registry):
                if len(part[0]):
                    found.setdefault((segmentation.name, label), []).append(part)
    frames = []
    for dimension in dict.fromkeys(name for name, _ in found):
        parts = {label: pool(each) for (name, label), each in found.items() if name == dimension}
        frames.append(_dimension(dimension, parts, test))
    return pl.concat(frames)


def only(truth: Truth, items: NDArray[np.bool_]) -> Truth:
    """The truth with these items alone being relevant."""
    kept = items[truth.relevant]
    indptr = np.concatenate([[0], np.cumsum(kept)])[truth.indptr]
    gains = None if truth.gains is None else truth.gains[kept]
    return replace(truth, indptr=indptr.astype(np.int64), relevant=truth.relevant[kept], gains=gains)


def _parts(
    fold: Aligned, segmentation: Segmentation, test: SegmentTest, registry: Registry
) -> list[tuple[str, Part]]:
    ground_truth = fold.by_entry[0].run.ground_truth
    rows = rows_of(ground_truth.users["id"], fold.users)
    if segmentation.of == "users":
        values = fold.values[:, :, test.at : test.at + 1]
        chosen = {label: (rows >= 0) & mask[rows] for label, mask in segmentation.masks.items()}
        events = fold.events
        return [
            (label, (fold.users.filter(mask), values[mask], None if events is None else events[mask]))
            for label, mask in chosen.items()
        ]
    rankings = [as_ranking(entry.ranking, ground_truth) for entry in fold.by_entry]
    metric: Any = metrics_of(fold.by_entry[0].run, registry)[test.metric]
    found = []
    for label, mask in segmentation.masks.items():
        truth = only(ground_truth.truth, mask)
        values = np.stack([np.asarray(metric.score(each, truth), np.float64) for each in rankings], 1)[rows]
        inside = (rows >= 0) & (truth.counts[rows] > 0)
        found.append((label, (fold.users.filter(inside), values[inside][:, :, None], None)))
    return found


def _dimension(name: str, parts: dict[str, Part], test: SegmentTest) -> pl.DataFrame:
    others = [at for at in range(len(test.names)) if at != test.reference]
    pairs = [(at, test.reference) for at in others]
    lines: list[dict[str, Any]] = []
    for label, (_, values, events) in parts.items():
        apart = by_student(values[:, :, 0], pairs, events)
        means = mean_over(values[:, :, 0], events)
        for at, entry in enumerate(test.names):
            line: dict[str, Any] = {
                "dimension": name,
                "segment": label,
                "users": len(values),
                "name": entry,
            }
            line |= {"mean": float(means[at]), "difference": None, "low": None, "high": None, "p": None}
            if at in others:
                row = others.index(at)
                line |= {key: float(apart[key][row]) for key in ("difference", "low", "high", "p")}
                line["limit"] = test.threshold * abs(float(means[test.reference]))
            lines.append(line)
    tested = [line for line in lines if line["p"] is not None]
    p = holm(np.array([1.0 if np.isnan(line["p"]) else line["p"] for line in tested]))
    for line, adjusted in zip(tested, p, strict=True):
        words = verdict(
            line["difference"],
            line["low"],
            line["high"],
            adjusted,
            line.pop("limit"),
            test.lower_is_better,
        )
        line |= {"adjusted": float(adjusted), "verdict": words}
    kinds = {"adjusted": pl.Float64, "verdict": pl.String}
    numbers = dict.fromkeys(("mean", "difference", "low", "high", "p"), pl.Float64)
    texts = {"dimension": pl.String, "segment": pl.String, "users": pl.Int64, "name": pl.String}
    return pl.DataFrame(lines, schema=texts | numbers | kinds)
