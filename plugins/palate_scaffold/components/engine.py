"""The engine `plugin-name` for palate."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from palate import Event, hookimpl
from palate.events import Emit
from palate.plan import Plan
from palate.plan.execute import Execution

log = logging.getLogger(__name__)


@dataclass
class PluginName:
    """Runs the steps of a plan here, one after another, and logs those that took long."""

    name: ClassVar[str] = "plugin-name"

    seconds: Annotated[float, Ge(0)] = 10.0

    def run(self, plan: Plan, emit: Emit) -> Any:
        """Run what is not in the store. What comes back must answer `value(step)` and have `computed`."""

        def tell(event: Event) -> None:
            if event.what == "step-finished" and event.seconds >= self.seconds:
                log.warning("%s took %.1f s", event.step, event.seconds)
            emit(event)

        return Execution(plan, tell).run()


@hookimpl
def register_engines() -> list[type]:
    return [PluginName]
