"""The values of a run: one row for each branch, one for the hybrid, one for popularity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from palate.data import Dataset, Fold, Ranking
from palate.evaluation import EVENTS, Evaluation, lower_is_better
from palate.pipeline import Pipeline
from palate.plan import Plan, Row, Step
from palate.runs.ground_truth import GroundTruth

SHOWN = 5


def results(
    plan: Plan, evaluations: dict[str, Evaluation], dataset: Dataset, fold: Fold, truth: GroundTruth
) -> dict[str, Any]:
    """All values, ready for JSON."""
    first = next(iter(evaluations.values()))
    return {
        "recipe": plan.recipe.name,
        "fingerprint": plan.fingerprint,
        "data": {
            "interactions": dataset.interactions.height,
            "users": dataset.users.height,
            "items": len(dataset.items),
            "parts": fold.summary(),
        },
        "evaluated": {
            "users": first.per_user.height,
            **({"events": int(first.per_user[EVENTS].sum())} if EVENTS in first.per_user.columns else {}),
            "excluded": first.excluded,
            "seen_again": first.seen_again,
            "without_history": int((truth.history.counts == 0).sum()),
        },
        "lower_is_better": [
            block.label for block in plan.recipe.evaluate if lower_is_better(block.component.cls)
        ],
        "rows": [_row(plan, row, evaluations[row.name]) for row in plan.rows],
    }


def of_folds(folds: list[dict[str, Any]]) -> dict[str, Any]:
    """What the results of a run with several folds say of each, ready for JSON."""
    shown = ("evaluated", "periods", "rows")
    return {"folds": [{"parts": found["data"]["parts"], **{k: found[k] for k in shown}} for found in folds]}


def example(pipeline: Pipeline, truth: GroundTruth, ranking: Ranking) -> dict[str, Any]:
    """What one user got: the first one tested with at least five events before, if any."""
    relevant, history = truth.truth, truth.history
    row = int(np.argmax((history.counts >= SHOWN) & (relevant.counts > 0)))
    one = Ranking(ranking.users[row : row + 1], ranking.items[row : row + 1], ranking.scores[row : row + 1])
    wanted = set(relevant.relevant[relevant.indptr[row] : relevant.indptr[row + 1]].tolist())
    past = history.take(np.array([row])).items[::-1][:SHOWN]
    named = pipeline.named(one.top(2 * SHOWN))
    found = [int(item) in wanted for item in one.items[0] if item >= 0][: named.height]
    return {
        "user": truth.users["id"][row],
        "latest": truth.items.titles.gather(past).to_list(),
        "recommended": [
            line | {"relevant": hit} for line, hit in zip(named.drop("user").to_dicts(), found, strict=True)
        ],
    }


def per_user(evaluations: dict[str, Evaluation], dataset: Dataset) -> pl.DataFrame:
    """`row`, `user` (id) and one column for each metric: what significance is computed from.

    Where each event is asked, also `events`: how many of the user's each value is the mean of.
    """
    frames = [
        evaluation.per_user.with_columns(
            pl.lit(name).alias("row"), dataset.users["id"].gather(evaluation.per_user["user"]).alias("user")
        )
        for name, evaluation in evaluations.items()
    ]
    frame = pl.concat(frames)
    return frame.select("row", "user", pl.exclude("row", "user"))


def _row(plan: Plan, row: Row, evaluation: Evaluation) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for block in plan.recipe.evaluate:
        label = block.label
        if label in evaluation.overall:
            values[label] = {"value": _number(evaluation.overall[label])}
        else:
            mean = evaluation.summary[label]
            values[label] = {
                "value": _number(mean.mean),
                "low": _number(mean.low),
                "high": _number(mean.high),
            }
    return {"name": row.name, "metrics": values, **cost(plan, row), **_fused(plan, row)}


def _fused(plan: Plan, row: Row) -> dict[str, Any]:
    """Where a row fuses branches: their `weights`, what each adds on the validation part (`parts`), and what
    was done with each weight, in `words`.

    With several folds those of the last.
    """
    if row.kind not in ("hybrid", "reranked") or plan.recipe.fuse is None:
        return {}
    for step in reversed(plan.pipeline.walk()):
        if step.operation in ("tune", "carried") and _stored(plan, step):
            notes = plan.store.meta(step.fingerprint).notes
            return {key: notes[key] for key in ("weights", "parts", "words") if key in notes}
    given = plan.recipe.fuse.options.get("weights")
    if given == "equal":
        return {"weights": dict.fromkeys((branch.name for branch in plan.recipe.branches), 1.0)}
    return {"weights": dict(given)} if isinstance(given, Mapping) else {}


def cost(plan: Plan, row: Row) -> dict[str, Any]:
    """Seconds and peak memory of all steps behind a row, but for reading and splitting the data."""
    folds = (plan.fold, *(other.fold for other in plan.folds))
    shared = {step.fingerprint for fold in folds for step in fold.walk()}
    steps = [step for step in row.evaluation.walk() if step.fingerprint not in shared]
    known = [plan.store.meta(step.fingerprint) for step in steps if _stored(plan, step)]
    return {
        "seconds": round(sum(meta.seconds for meta in known), 3),
        "peak_bytes": max((meta.peak_bytes for meta in known), default=0),
    }


def steps(plan: Plan) -> list[dict[str, Any]]:
    """Every kept step with its fingerprint, time, memory and notes."""
    found = []
    for step in plan.steps:
        if _stored(plan, step):
            meta = plan.store.meta(step.fingerprint)
            known = {"seconds": round(meta.seconds, 4), "peak_bytes": meta.peak_bytes, "notes": meta.notes}
            found.append(
                {"name": step.name, "fingerprint": step.fingerprint, "created": meta.created, **known}
            )
    return found


def _stored(plan: Plan, step: Step) -> bool:
    return step.kept and plan.store.has(step.fingerprint)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
