"""What an earlier run left in the store, and which rankers of a plan can go on from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from palate.components.updating import TOLERANCE
from palate.plan.steps import Plan, Step
from palate.store import Store

_TRAINED = ("train", "fit_behind")
_LOST = "the store has no earlier fit to go on from"


@dataclass
class Earlier:
    """What an earlier run of the same recipe left in the store: the fingerprints of its steps by name.

    Steps of one name belong to the folds of the split, in order.
    """

    store: Store
    steps: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, steps: Iterable[tuple[str, str]], store: Store) -> Earlier:
        """From the name and the fingerprint of each step."""
        found = cls(store)
        for name, fingerprint in steps:
            found.steps[name].append(fingerprint)
        return found

    def artifact(self, name: str, fold: int = 0) -> str | None:
        """The fingerprint of a step; None where the store does not have what it made any more."""
        known = self.steps.get(name, [])[fold : fold + 1]
        return known[0] if known and self.store.has(known[0]) else None

    def sources(self, fingerprint: str) -> tuple[str, ...]:
        """What an artifact was computed from, so that who is in it can be forgotten."""
        return self.store.meta(fingerprint).sources


def reason_to_fit(step: Step, exact: bool = False) -> str | None:
    """Why the ranker of a step is fitted again and not brought up to date, in words; None where it can be.

    With `exact` it must end where a fit would, and keep nothing else of what it was fitted on before.
    """
    block = step.blocks[0]
    cls = block.component.cls
    if not callable(getattr(cls, "partial_fit", None)):
        return "no partial_fit"
    if hasattr(cls, "can_update") and not block.make().can_update():
        return "with its options an update is a fit"
    if exact and not is_exact(step):
        return "an update would keep traces of what it was fitted on before"
    return None


def is_exact(step: Step) -> bool:
    """Whether the ranker of a step, brought up to date, is what a fit would give but for rounding."""
    return float(getattr(step.blocks[0].component.cls, "update_tolerance", TOLERANCE)) <= TOLERANCE


def ways(plan: Plan, exact: bool = False) -> dict[str, str | None]:
    """The rankers of a plan that goes on, by the name of their step: why each is fitted again, or None.

    One that goes on may still be fitted again, where that turns out to be quicker.
    """
    found: dict[str, str | None] = {}
    for step in plan.steps:
        if step.operation == "update":
            found.setdefault(step.name, None)
        elif step.operation == "fit":
            found[step.name] = reason_to_fit(step, exact) or _LOST
        elif step.operation in _TRAINED:
            found[step.name] = "it is trained with its branch"
    return found
