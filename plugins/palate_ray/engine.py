"""An engine that runs the steps on a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge

from palate.events import Event

if TYPE_CHECKING:
    from palate.events import Emit
    from palate.plan import Plan
    from palate.plan.execute import Execution
    from palate.plan.tasks import Tasks
    from palate.store import Store


@dataclass
class Ray:
    """Runs the steps of a plan on the machines of a Ray cluster that share a store.

    Ray carries descriptions of steps; what they make goes through the store, which every node must see: a
    folder that all mount, or object storage. Sources are read here, where the command runs. Without an
    `address` a cluster of this machine alone is started, and ended afterwards. The result is the same to the
    byte as that of the engine `local`, whatever the number of nodes.
    """

    name: ClassVar[str] = "ray"
    libraries: ClassVar[tuple[str, ...]] = ("ray",)
    extra: ClassVar[str] = "ray"

    address: str | None = None
    """Of the head of the cluster, such as `10.0.0.1:6379`, or `auto` for the one that this machine is in."""
    cpus: Annotated[float, Ge(0.1)] = 1.0
    """How many of a node's cores a step takes up."""
    shards: Annotated[int, Ge(1)] = 8
    """Into how many steps a wide one is divided: users to rank, texts to encode. 1 divides none."""
    least: Annotated[int, Ge(1)] = 20_000
    """From how many interactions to predict, or texts to encode, on a step is divided."""

    def run(self, plan: Plan, emit: Emit) -> Execution:
        """Compute the steps that are not in the store. Raises ComputeError where the cluster cannot."""
        from palate.plan.execute import Execution
        from palate_ray.cluster import connected
        from palate_ray.schedule import Schedule
        from palate_ray.sending import Sender
        from palate_ray.wide import Width

        here = Execution(plan, emit)
        with connected(self.address) as cluster:
            sender = Sender(cluster, plan.store, emit, self.cpus)
            Schedule(here, sender, Width(self.shards, self.least)).run()
        return here

    @contextmanager
    def tasks(self, store: Store, emit: Emit) -> Iterator[Tasks]:
        """Steps that are sent one by one, each with what it stands on. Raises ComputeError as `run` does."""
        from palate_ray.cluster import connected, watched
        from palate_ray.sending import Sender
        from palate_ray.tasks import RayTasks
        from palate_ray.words import head_lost

        with connected(self.address) as cluster:
            sender = Sender(cluster, store, emit, self.cpus)
            said = str(head_lost(cluster.head, store.place))
            with watched(cluster, lambda: emit(Event("notice", message=said))):
                try:
                    yield RayTasks(sender)
                finally:
                    sender.cancel()
