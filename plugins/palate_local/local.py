"""An engine that runs the steps one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from palate.events import Emit
    from palate.plan import Plan
    from palate.plan.execute import Execution


@dataclass
class Local:
    """Runs the steps of a plan one after another in this process."""

    name: ClassVar[str] = "local"

    def run(self, plan: Plan, emit: Emit) -> Execution:
        """Compute the steps that are not in the store; libraries use all cores they are given."""
        from palate.plan.execute import Execution

        return Execution(plan, emit).run()
