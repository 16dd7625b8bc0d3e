"""Steps one after another, here."""

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
        """Do what the store is missing; the libraries below use all cores they are given."""
        from palate.plan.execute import Execution

        return Execution(plan, emit).run()
