"""A comparison as plain values: what the JSON file holds, and what the report is written from."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import palate
from palate.evaluation import summarise
from palate_compare.entry import Entry, Figures
from palate_compare.examples import examples
from palate_compare.naming import differing
from palate_compare.resampling import enough
from palate_compare.verdict import LEVEL

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison


def as_json(comparison: Comparison) -> str:
    return json.dumps(as_dict(comparison), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """Everything about a comparison; figures that nobody knows are None."""
    own = [entry for entry in comparison.entries if entry.is_whole]
    found = {
        "palate": palate.__version__,
        "metric": comparison.metric,
        "baseline": comparison.baseline,
        "reference": comparison.reference,
        "best": comparison.best,
        "verdict": comparison.verdict.splitlines(),
        "comparable": not comparison.terms.broken,
        "broken": list(comparison.terms.broken),
        "protocol": {"fingerprint": comparison.terms.fingerprint, **comparison.terms.parts},
        "statistics": {
            "threshold": comparison.threshold,
            "level": LEVEL,
            "resamples": enough(len(comparison.paired)),
            "seed": comparison.seed,
            "correction": "Holm, over all pairs of a metric" if comparison.baseline is None
            else "Holm, over the pairs with the baseline of a metric",
        },
        "lower_is_better": list(comparison.lower_is_better),
        "people": len(comparison.paired),
        "missing": comparison.paired.missing,
        "entries": [_entry(comparison, at) for at in range(len(comparison.entries))],
        "pairs": comparison.pairs.to_dicts(),
        "segments": comparison.segments.to_dicts(),
        "warnings": [{"kind": w.kind, "said": w.said, "change": w.change} for w in comparison.warnings],
        "examples": examples(comparison),
        "recipes": {"names": [entry.name for entry in own], "settings": differing([e.recipe for e in own])},
        "lineage": _lineage(comparison),
    }  # fmt: skip
    plain: dict[str, Any] = _plain(found)
    return plain


def _entry(comparison: Comparison, at: int) -> dict[str, Any]:
    entry, row = comparison.entries[at], comparison.table.row(at, named=True)
    metrics: dict[str, dict[str, Any]] = {}
    for name in comparison.table.columns[2:-2]:
        metrics[name] = {"value": row[name]}
        if name in comparison.paired.metrics:
            mean = summarise(comparison.paired.figures[:, at, comparison.paired.metrics.index(name)])
            metrics[name] |= {"low": mean.low, "high": mean.high}
    return {
        "name": entry.name,
        "kind": _kind(entry),
        "metrics": metrics,
        "seconds": entry.seconds,
        "peak_bytes": entry.peak_bytes,
        "folds": [_fold(figures, comparison.metric) for figures in entry.figures],
        "remarks": dict(entry.figures[0].remarks or {}),
    }


def _kind(entry: Entry) -> str:
    if entry.figures[0].foreign is not None:
        return "imported"
    return "popularity" if entry.is_popularity else "pipeline"


def _fold(figures: Figures, metric: str) -> dict[str, Any]:
    mean = figures.per_user[metric].drop_nans().mean()
    run = figures.run
    return {"run": str(run.folder), "row": figures.row, "seed": run.recipe["seed"], "value": mean}


def _lineage(comparison: Comparison) -> list[dict[str, Any]]:
    runs = {figures.run.folder: figures.run for entry in comparison.entries for figures in entry.figures}
    return [{"run": str(folder), "recipe": run.name, **run.lineage} for folder, run in runs.items()]


def _plain(value: Any) -> Any:
    """The same without NaN or infinity, which JSON does not have, and with only text as keys."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | str | None) else str(value)
