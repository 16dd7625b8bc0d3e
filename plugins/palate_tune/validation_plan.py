"""The plan of one trial: the whole pipeline judged on the validation part, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from palate.plan import Plan, Row, Step, compile_validation
from palate.recipe import Recipe
from palate.recipe.model import Block
from palate.registry import Registry
from palate.store import Store


@dataclass(frozen=True)
class Judging(Plan):
    """A plan that is for its evaluations alone, one a share of the people, smallest share first."""

    @property
    def targets(self) -> tuple[Step, ...]:
        return tuple(row.evaluation for row in self.rows)

    def by_name(self) -> dict[str, str]:
        """The fingerprint of each step by its name."""
        return {step.name: step.fingerprint for step in self.steps}

    def letting_go(self, names: frozenset[str]) -> Judging:
        """The same plan, whose steps of these names leave nothing in the store."""
        done: dict[str, Step] = {}

        def again(step: Step) -> Step:
            if step.fingerprint not in done:
                inputs = tuple(again(below) for below in step.inputs)
                done[step.fingerprint] = replace(step, inputs=inputs, fleeting=step.name in names)
            return done[step.fingerprint]

        rows = tuple(Row(row.name, again(row.ranking), again(row.evaluation)) for row in self.rows)
        return replace(self, rows=rows)


def judging(
    recipe: Recipe, metric: Block, store: Store, registry: Registry, shares: tuple[float, ...]
) -> Judging:
    """The plan by which a settled recipe is judged."""
    rows = compile_validation(recipe, metric, registry, shares)
    data, fold, pipeline = rows[0].ranking.inputs
    return Judging(recipe, store, data, fold, rows, pipeline)


def shared(plans: Iterable[Judging]) -> frozenset[str]:
    """The fingerprints of the steps that stand in every plan."""
    found = [{step.fingerprint for step in plan.steps} for plan in plans]
    return frozenset(set.intersection(*found)) if found else frozenset()


def moving(plans: Iterable[Judging]) -> frozenset[str]:
    """The names of the steps that are not the same in all these plans, but for evaluations."""
    found = [plan.by_name() for plan in plans]
    kept = {row.evaluation.name for plan in plans for row in plan.rows}
    names = {name for each in found for name in each}
    return frozenset(name for name in names - kept if len({each.get(name) for each in found}) > 1)
