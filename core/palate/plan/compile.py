"""From a checked recipe to a plan."""

from __future__ import annotations

from palate.plan.build import Build
from palate.plan.folds import marked, n_folds, pooled_rows
from palate.plan.steps import Plan
from palate.plan.validation_plan import ValidationPlan
from palate.recipe.model import Block, Recipe
from palate.registry import Registry, installed
from palate.store import Store


def compile_plan(
    recipe: Recipe, store: Store, registry: Registry | None = None, everything: bool = False
) -> Plan:
    """The steps that a recipe asks for. Nothing is computed, and no data are read.

    With `everything` the pipeline is fitted on all interactions, and nothing is left to evaluate it on;
    a fuser is still tuned on the recipe's split.
    """
    builds = _builds(recipe, registry or installed(), everything)
    last = builds[-1]
    if everything or len(builds) == 1:
        rows = () if everything else last.rows()
        return Plan(recipe, store, last.data, last.final, rows, last.pipeline)
    folds = tuple(
        Plan(recipe, store, build.data, build.fold, marked(build.rows(), build.fold, number), build.pipeline)
        for number, build in enumerate(builds, 1)
    )
    rows = pooled_rows([plan.rows for plan in folds])
    return Plan(recipe, store, last.data, last.fold, rows, last.pipeline, folds)


def compile_validation(
    recipe: Recipe,
    metric: Block,
    store: Store,
    registry: Registry | None = None,
    shares: tuple[float, ...] = (1.0,),
) -> ValidationPlan:
    """The whole pipeline, fitted without the validation part and evaluated on it alone, by one metric.

    One row for each share of the users of that part, drawn by the seed, with the values of all folds
    together. No step reads the test part. A fuser is tuned by the recipe's own first metric, as in a run.
    Nothing is computed, and no data are read.
    """
    builds = _builds(recipe, registry or installed())
    folds = [build.validated(metric, shares) for build in builds]
    data, fold, pipeline = folds[-1][0].ranking.inputs
    if len(builds) > 1:
        numbered = enumerate(zip(folds, builds, strict=True), 1)
        folds = [pooled_rows([marked(rows, build.fold, number) for number, (rows, build) in numbered])]
    return ValidationPlan(recipe, store, data, fold, folds[-1], pipeline)


def _builds(recipe: Recipe, registry: Registry, everything: bool = False) -> list[Build]:
    """One for each fold of the recipe's splitter."""
    count = n_folds(recipe.split)
    params = [{"fold": number} for number in range(count)] if count > 1 else [{}]
    return [Build(recipe, registry, everything, chosen) for chosen in params]
