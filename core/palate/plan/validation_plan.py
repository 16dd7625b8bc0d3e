"""The plan by which a tuner evaluates a recipe: the whole pipeline on the validation part, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from palate.plan.steps import Plan, Step, in_order, rewritten


@dataclass(frozen=True)
class ValidationPlan(Plan):
    """A plan that is for its evaluations alone, one a share of the users, smallest share first.

    No step of it reads the test part. An `Execution` computes it: `execution.value(row.evaluation)` is the
    Evaluation of a row. A tuner that evaluates many recipes over one store computes what they share once,
    since steps with one fingerprint are one; `shared_steps` and `varying_steps` say which these are.
    """

    @property
    def targets(self) -> tuple[Step, ...]:
        return tuple(row.evaluation for row in self.rows)

    def by_name(self) -> dict[str, str]:
        """The fingerprint of each step by its name."""
        return {step.name: step.fingerprint for step in self.steps}

    def only(self, wanted: frozenset[str]) -> PartOfPlan:
        """The plan of the kept ones among these steps, by their fingerprints."""
        given = {item.name: getattr(self, item.name) for item in fields(self)}
        return PartOfPlan(**given, wanted=wanted)

    def without_keeping(self, names: frozenset[str]) -> ValidationPlan:
        """The same plan, whose steps of these names leave nothing in the store."""

        def again(step: Step, inputs: tuple[Step, ...]) -> Step:
            return replace(step, inputs=inputs, fleeting=step.name in names)

        return replace(self, rows=rewritten(self.rows, again))


@dataclass(frozen=True)
class PartOfPlan(ValidationPlan):
    """Those steps of a plan alone that have one of the fingerprints `wanted` and are kept."""

    wanted: frozenset[str] = frozenset()

    @property
    def targets(self) -> tuple[Step, ...]:
        all_steps = in_order(row.evaluation for row in self.rows)
        return tuple(step for step in all_steps if step.kept and step.fingerprint in self.wanted)


def shared_steps(plans: Iterable[ValidationPlan]) -> frozenset[str]:
    """The fingerprints of the steps that are in every plan; they are worth computing before all."""
    found = [{step.fingerprint for step in plan.steps} for plan in plans]
    return frozenset(set.intersection(*found)) if found else frozenset()


def varying_steps(plans: Iterable[ValidationPlan]) -> frozenset[str]:
    """The names of the steps, evaluations apart, that are not the same in all these plans.

    Where the plans differ in a value that never comes twice, what these steps make need not be kept.
    """
    plans = list(plans)
    found = [plan.by_name() for plan in plans]
    kept = {row.evaluation.name for plan in plans for row in plan.rows}
    names = {name for each in found for name in each}
    return frozenset(name for name in names - kept if len({each.get(name) for each in found}) > 1)
