"""Several plans as one: what they share runs once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from palate.errors import StoreError
from palate.plan.steps import Plan, Step, in_order, lacking
from palate.store import Store


@dataclass(frozen=True)
class MergedPlan:
    """All steps of several plans over one store, each once, in an order in which they can run.

    An engine runs it as it runs a single plan. Steps are the same where their fingerprints are,
    so that five hybrids over one encoding encode once. Raises StoreError for plans over
    different stores.
    """

    plans: tuple[Plan, ...]

    def __post_init__(self) -> None:
        roots = sorted({plan.store.place for plan in self.plans})
        if len(roots) != 1:
            raise StoreError(f"plans that run as one share a store; these have {', '.join(roots) or 'none'}")

    @property
    def store(self) -> Store:
        return self.plans[0].store

    @property
    def name(self) -> str:
        return ", ".join(dict.fromkeys(plan.name for plan in self.plans))

    @property
    def targets(self) -> tuple[Step, ...]:
        return tuple(step for plan in self.plans for step in plan.targets)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return in_order(self.targets)

    def missing(self) -> tuple[Step, ...]:
        """The steps that have to run: those not in the store that something wanted stands on."""
        return lacking(self.targets, self.steps, self.store)

    def owner(self, step: Step) -> str:
        """Whose step it is, in words."""
        owners = (
            plan for plan in self.plans if any(own.fingerprint == step.fingerprint for own in plan.steps)
        )
        return next(plan.owner(step) for plan in owners)
