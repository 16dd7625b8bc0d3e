"""What the trials of one recipe have in common, made once a process."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from palate.errors import DataError, Problem, RecipeError
from palate.evaluation import Evaluation, fingerprint, lower_is_better
from palate.events import ignore
from palate.plan import ValidationPlan, compile_plan, compile_validation, shared_steps, varying_steps
from palate.recipe import Recipe
from palate.recipe.check import check
from palate.recipe.model import Block
from palate.recipe.searched import SearchedRecipe, first_instance
from palate.recipe.space import Space
from palate.recipe.yaml import Node, Origin, of_plain, parse_value
from palate.registry import Registry
from palate.store import Store
from palate.store.place import store_at
from palate_tune.request import TuningRequest

RUNGS = (0.25, 1.0)


@dataclass(frozen=True)
class Objective:
    """A recipe with search spaces, and how one with values in their place is evaluated.

    A trial is evaluated on `shares` of the users of the validation part, one after another.
    """

    searched: SearchedRecipe
    metric: Block
    shares: tuple[float, ...]
    store: Store

    @classmethod
    def of(cls, request: TuningRequest, registry: Registry) -> Objective:
        """Raises RecipeError with all that is wrong, before anything is computed."""
        searched = SearchedRecipe.load(request.recipe, request.settings, registry)
        if searched.first.split.options.get("validation", True) in (0, False):
            node = searched.tree.mapping["data"].mapping["split"]
            said = "tuning evaluates on the validation part; give the split a `validation` share, it has none"
            raise RecipeError([Problem(str(node.origin), "data.split", said)])
        metric = _metric(request.metric, searched)
        shares = RUNGS if request.pruner != "none" else RUNGS[-1:]
        return cls(searched, metric, shares, store_at(request.store))

    @property
    def lower_is_better(self) -> bool:
        return lower_is_better(self.metric.component.cls)

    @property
    def registry(self) -> Registry:
        return self.searched.registry

    def plan(self, recipe: Recipe) -> ValidationPlan:
        """How a recipe with values is evaluated; artifacts that no other trial could use are not kept."""
        return self.whole_plan(recipe).without_keeping(self.unique_steps)

    def whole_plan(self, recipe: Recipe) -> ValidationPlan:
        """How a recipe with values is evaluated, every artifact kept."""
        return compile_validation(recipe, self.metric, self.store, self.registry, self.shares)

    @cached_property
    def samples(self) -> tuple[tuple[Space, ValidationPlan], ...]:
        """A plan for each extreme of each space."""
        return tuple((space, self.whole_plan(recipe)) for space, recipe in self.searched.extremes())

    @cached_property
    def unique_steps(self) -> frozenset[str]:
        """Steps that depend on a space with endlessly many values: none of them is used twice."""
        found: set[str] = set()
        for space in self.searched.spaces:
            if space.endless:
                found |= varying_steps([plan for other, plan in self.samples if other.path == space.path])
        return frozenset(found)

    def prepare(self, engine: Any) -> list[str]:
        """Compute what all trials share, and name the steps. Raises DataError without a validation part."""
        common = shared_steps(plan for _, plan in self.samples)
        plan = self.whole_plan(self.searched.first)
        execution = engine.run(plan.only(common), ignore)
        if not execution.value(plan.fold).count("validation"):
            raise DataError("tuning evaluates on the validation part, and the split leaves it empty")
        return list(execution.computed)

    @cached_property
    def identity(self) -> dict[str, str]:
        """What must be the same for trials to belong to one study, by name."""
        whole = self.searched.tree.plain()
        plain = {key: value for key, value in whole.items() if key not in ("name", "evaluate")}
        return {
            "recipe": _digest(plain),
            "metric": f"{self.metric.label} {json.dumps(self.metric.options, sort_keys=True)}",
            "data and split": self.whole_plan(self.searched.first).fold.fingerprint,
        }

    @cached_property
    def protocol(self) -> str:
        """The fingerprint of the protocol under which the trials were evaluated."""
        from palate.runs.protocol import protocol

        parts = protocol(compile_plan(self.searched.first, self.store, self.registry))
        return fingerprint({**parts, "part": "validation", "metrics": self.identity["metric"]})

    def value(self, evaluation: Evaluation) -> float:
        """The value that is tuned."""
        label = self.metric.label
        if label in evaluation.overall:
            return evaluation.overall[label]
        return evaluation.summary[label].mean


def _metric(wanted: str | Mapping[str, Any] | None, searched: SearchedRecipe) -> Block:
    """The metric by name, or the first of the recipe, preferably one with a value for each user."""
    if wanted is None:
        return _first_by_user(searched.first.evaluate)
    place = Origin("--metric")
    given = parse_value(wanted, place.file) if isinstance(wanted, str) else of_plain(wanted, place)
    node = Node(given.value, place, given.keys)
    base = first_instance(searched.tree)
    return check(
        Node({**base.mapping, "evaluate": node}, base.origin, base.keys), searched.registry
    ).evaluate[0]


def _first_by_user(metrics: Iterable[Block]) -> Block:
    ordered = sorted(metrics, key=lambda block: not hasattr(block.component.cls, "score"))
    if not ordered:
        raise RecipeError([Problem("--metric", "", "the recipe has no metric; name one, such as ndcg@10")])
    return ordered[0]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
