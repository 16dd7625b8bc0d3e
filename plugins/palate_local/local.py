"""An engine that runs the steps on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge

if TYPE_CHECKING:
    from palate.events import Emit
    from palate.plan import Plan
    from palate.plan.execute import Execution


@dataclass
class Local:
    """Runs the steps of a plan in this process, one after another or several side by side."""

    name: ClassVar[str] = "local"

    jobs: Annotated[int, Ge(1)] = 1
    """How many steps that do not stand on one another run at once; the cores are divided between them."""

    def run(self, plan: Plan, emit: Emit) -> Execution:
        """Compute the steps that are not in the store. The result does not depend on `jobs`, to the byte."""
        from palate.plan.execute import Execution

        return Execution(plan, emit, jobs=self.jobs).run()
