"""What a run keeps, written into its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from palate.checksums import seal
from palate.data import Ranking
from palate.evaluation import Evaluation
from palate.evaluation.protocol import fingerprint
from palate.pipeline import Pipeline
from palate.plan import Plan
from palate.recipe.scalars import dump
from palate.runs import results
from palate.runs.below_popularity import below_popularity
from palate.runs.finished import FOLDS, RESULTS
from palate.runs.ground_truth import FOLDER, GroundTruth, periods
from palate.runs.lineage import lineage
from palate.runs.protocol import protocol


def write(
    plan: Plan, execution: Any, room: Path, truth: GroundTruth, parent: Mapping[str, Any] | None = None
) -> None:
    """Everything that a run keeps, into an empty folder.

    `truth` is that of the plan's fold. Of several folds each gets a folder of its own below `folds`,
    which is read as a run without a pipeline; what stands above is the last fold's, but for the values.
    `parent` says of the lineage which run it goes on from.
    """
    pipeline: Pipeline = execution.value(plan.pipeline)
    pipeline.save(room / "pipeline")
    about = {"lineage.json": lineage(plan, parent), "recipe.yaml": dump(plan.recipe.plain())}
    folds: list[dict[str, Any]] = []
    without: set[Any] = set()
    for number, fold in enumerate(plan.folds, 1):
        last = number == len(plan.folds)
        own = truth if last else ground_truth(fold, execution)
        where = room / FOLDS / str(number)
        where.mkdir(parents=True)
        found = _measured(fold, execution, where, own, pipeline, f"fold {number} of {len(plan.folds)}")
        _keep(where, about, found)
        folds.append(found)
        without |= set(own.users["id"].filter(own.history.counts == 0))
        if not last:
            execution.forget([plan.data, plan.fold, plan.pipeline])
    found = _measured(plan, execution, room, truth, pipeline)
    found["warnings"] = below_popularity(
        plan, {row.name: execution.value(row.evaluation) for row in plan.rows}
    )
    if folds:
        found |= results.of_folds(folds)
        found["evaluated"]["without_history"] = len(without)
    _json(room / "steps.json", results.steps(plan))
    _keep(room, about, found)


def ground_truth(plan: Plan, execution: Any) -> GroundTruth:
    """What the rankings of a plan are evaluated against."""
    data, fold = execution.value(plan.data), execution.value(plan.fold)
    return GroundTruth.of(data, fold, plan.recipe.asks_each_event)


def _measured(
    plan: Plan, execution: Any, room: Path, truth: GroundTruth, pipeline: Pipeline, fold: str = ""
) -> dict[str, Any]:
    """Write rankings, ground truth and values of each user; returns the results, ready for JSON."""
    dataset, parts = execution.value(plan.data), execution.value(plan.fold)
    truth.save(room / FOLDER)
    (room / "rankings").mkdir()
    rankings = {row.name: _first(execution.value(row.ranking)) for row in plan.rows}
    for name, ranking in rankings.items():
        pipeline.named(ranking).write_parquet(room / "rankings" / f"{name}.parquet")
    evaluations: dict[str, Evaluation] = {row.name: execution.value(row.evaluation) for row in plan.rows}
    results.per_user(evaluations, dataset).write_parquet(room / "per_user.parquet")
    found = results.results(plan, evaluations, dataset, parts, truth)
    found |= {"final": plan.final.name, "popularity": plan.popularity, "periods": periods(dataset, parts)}
    terms = protocol(plan, fold)
    found["protocol"] = {"fingerprint": fingerprint(terms), **terms}
    found["example"] = results.example(pipeline, truth, rankings[plan.final.name])
    return found


def _first(ranking: Ranking) -> Ranking:
    """The first ranking of each user, the only one unless each event was asked for."""
    first = np.unique(ranking.users, return_index=True)[1]
    if len(first) == len(ranking):
        return ranking
    return Ranking(ranking.users[first], ranking.items[first], ranking.scores[first])


def _keep(room: Path, about: dict[str, Any], found: dict[str, Any]) -> None:
    _json(room / "lineage.json", about["lineage.json"])
    (room / "recipe.yaml").write_text(about["recipe.yaml"], encoding="utf-8")
    _json(room / RESULTS, found)
    seal(room)


def _json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, default=str), encoding="utf-8")
