"""A comparison as plain values: what the JSON file holds, and what the report is written from."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import palate
from palate.evaluation import EVENTS, summarise
from palate_compare.entry import Entry, EvaluatedRanking
from palate_compare.examples import examples
from palate_compare.recipe_differences import differing_settings
from palate_compare.resampling import enough
from palate_compare.verdict import LEVEL

if TYPE_CHECKING:
    from palate_compare.comparison import Comparison


def as_json(comparison: Comparison) -> str:
    return json.dumps(as_dict(comparison), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """Everything about a comparison; unknown values are None."""
    own = [entry for entry in comparison.entries if entry.is_whole]
    found = {
        "palate": palate.__version__,
        "metric": comparison.metric,
        "baseline": comparison.baseline,
        "reference": comparison.reference,
        "best": comparison.best,
        "verdict": comparison.verdict.splitlines(),
        "comparable": not comparison.protocol.differences,
        "protocol_differences": list(comparison.protocol.differences),
        "protocol": {"fingerprint": comparison.protocol.fingerprint, **comparison.protocol.parts},
        "statistics": {
            "threshold": comparison.threshold,
            "level": LEVEL,
            "resamples": enough(len(comparison.paired)),
            "seed": comparison.seed,
            "correction": "Holm, over all pairs of a metric" if comparison.baseline is None
            else "Holm, over the pairs with the baseline of a metric",
        },
        "lower_is_better": list(comparison.lower_is_better),
        "users": len(comparison.paired),
        **({} if comparison.paired.events is None else {"events": int(comparison.paired.events.sum())}),
        "missing": comparison.paired.missing,
        "entries": [_entry(comparison, at) for at in range(len(comparison.entries))],
        "pairs": comparison.pairs.to_dicts(),
        "segments": comparison.segments.to_dicts(),
        "warnings": [{"kind": w.kind, "message": w.message, "fix": w.fix} for w in comparison.warnings],
        "examples": examples(comparison),
        "recipes": {
            "names": [entry.name for entry in own],
            "settings": differing_settings([entry.recipe for entry in own]),
        },
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
            own = comparison.paired.values[:, at, comparison.paired.metrics.index(name)]
            mean = summarise(own, comparison.paired.events)
            metrics[name] |= {"low": mean.low, "high": mean.high}
    return {
        "name": entry.name,
        "kind": _kind(entry),
        "metrics": metrics,
        "weights": entry.weights,
        "seconds": entry.seconds,
        "peak_bytes": entry.peak_bytes,
        "folds": [_fold(each, comparison.metric) for each in entry.evaluations],
        "corrections": dict(entry.evaluations[0].corrections or {}),
    }


def _kind(entry: Entry) -> str:
    if entry.evaluations[0].imported is not None:
        return "imported"
    return "popularity" if entry.is_popularity else "pipeline"


def _fold(evaluated: EvaluatedRanking, metric: str) -> dict[str, Any]:
    own = evaluated.per_user
    events = own[EVENTS].to_numpy() if EVENTS in own.columns else None
    mean = summarise(own[metric].to_numpy(), events).mean
    run = evaluated.run
    return {"run": str(run.folder), "row": evaluated.row, "seed": run.recipe["seed"], "value": mean}


def _lineage(comparison: Comparison) -> list[dict[str, Any]]:
    runs = {each.run.folder: each.run for entry in comparison.entries for each in entry.evaluations}
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
