"""Which values are needed for how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from palate.plan.steps import Step


@dataclass(frozen=True)
class Needed:
    """How many steps that are still to come need each value."""

    uses: Counter[str]

    @classmethod
    def by(cls, todo: Iterable[Step]) -> Needed:
        return cls(Counter(below.fingerprint for step in todo for below in step.inputs))

    def after(self, step: Step) -> list[str]:
        """The fingerprints of the values that no step needs any more once this one is done."""
        for below in step.inputs:
            self.uses[below.fingerprint] -= 1
        return [own.fingerprint for own in (*step.inputs, step) if not self.uses[own.fingerprint]]
