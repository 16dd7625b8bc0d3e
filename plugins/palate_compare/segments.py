"""Where a difference comes from: the same comparison among kinds of people and kinds of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.data import Truth
from palate.registry import Registry
from palate_compare.paired import by_student
from palate_compare.pairing import Aligned, pool
from palate_compare.rankings import as_ranking, metrics_of, rows_of
from palate_compare.users import Division, divisions
from palate_compare.verdict import holm, verdict

Part = tuple[pl.Series, NDArray[np.float64]]


@dataclass(frozen=True)
class Question:
    """What is asked of each segment: how each entry differs from `reference` on one metric."""

    names: tuple[str, ...]
    reference: int
    metric: str
    at: int
    threshold: float
    lower_is_better: bool


def segments(
    aligned: Sequence[Aligned], question: Question, asked: tuple[str, ...], registry: Registry
) -> pl.DataFrame:
    """One row a segment and entry, both in order.

    `dimension`, `segment`, `people` who count, `name`, `mean`, and against the reference
    `difference`, `low`, `high`, `p` (of Student's paired t, enough for looking), `adjusted` (Holm
    over the segments and entries of a dimension) and `verdict`. A segment of items judges a ranking
    by the relevant items of that kind alone, so people who have none do not count. Segments with
    nobody are left out.
    """
    found: dict[tuple[str, str], list[Part]] = {}
    for fold in aligned:
        for division in divisions(fold.by_entry[0].run.judged, asked):
            for label, part in _parts(fold, division, question, registry):
                if len(part[0]):
                    found.setdefault((division.name, label), []).append(part)
    frames = []
    for dimension in dict.fromkeys(name for name, _ in found):
        parts = {label: pool(each) for (name, label), each in found.items() if name == dimension}
        frames.append(_dimension(dimension, parts, question))
    return pl.concat(frames)


def only(truth: Truth, items: NDArray[np.bool_]) -> Truth:
    """The truth with these items alone being relevant."""
    kept = items[truth.relevant]
    indptr = np.concatenate([[0], np.cumsum(kept)])[truth.indptr]
    gains = None if truth.gains is None else truth.gains[kept]
    return replace(truth, indptr=indptr.astype(np.int64), relevant=truth.relevant[kept], gains=gains)


def _parts(
    fold: Aligned, division: Division, question: Question, registry: Registry
) -> list[tuple[str, Part]]:
    judged = fold.by_entry[0].run.judged
    rows = rows_of(judged.people["id"], fold.users)
    if division.of == "people":
        figures = fold.figures[:, :, question.at : question.at + 1]
        chosen = {label: (rows >= 0) & mask[rows] for label, mask in division.masks.items()}
        return [(label, (fold.users.filter(mask), figures[mask])) for label, mask in chosen.items()]
    rankings = [as_ranking(entry.ranking, judged) for entry in fold.by_entry]
    metric: Any = metrics_of(fold.by_entry[0].run, registry)[question.metric]
    found = []
    for label, mask in division.masks.items():
        truth = only(judged.truth, mask)
        figures = np.stack([np.asarray(metric.score(each, truth), np.float64) for each in rankings], 1)[rows]
        inside = (rows >= 0) & (truth.counts[rows] > 0)
        found.append((label, (fold.users.filter(inside), figures[inside][:, :, None])))
    return found


def _dimension(name: str, parts: dict[str, Part], question: Question) -> pl.DataFrame:
    others = [at for at in range(len(question.names)) if at != question.reference]
    pairs = [(at, question.reference) for at in others]
    lines: list[dict[str, Any]] = []
    for label, (_, figures) in parts.items():
        apart = by_student(figures[:, :, 0], pairs)
        means = np.nanmean(figures[:, :, 0], axis=0) if not np.isnan(figures).all() else figures[0, :, 0]
        for at, entry in enumerate(question.names):
            line: dict[str, Any] = {
                "dimension": name,
                "segment": label,
                "people": len(figures),
                "name": entry,
            }
            line |= {"mean": float(means[at]), "difference": None, "low": None, "high": None, "p": None}
            if at in others:
                row = others.index(at)
                line |= {key: float(apart[key][row]) for key in ("difference", "low", "high", "p")}
                line["limit"] = question.threshold * abs(float(means[question.reference]))
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
            question.lower_is_better,
        )
        line |= {"adjusted": float(adjusted), "verdict": words}
    kinds = {"adjusted": pl.Float64, "verdict": pl.String}
    numbers = dict.fromkeys(("mean", "difference", "low", "high", "p"), pl.Float64)
    texts = {"dimension": pl.String, "segment": pl.String, "people": pl.Int64, "name": pl.String}
    return pl.DataFrame(lines, schema=texts | numbers | kinds)
