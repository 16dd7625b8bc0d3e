"""A connection to a Ray cluster, and whether its nodes can do the work of this driver."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from palate.errors import ComputeError
from palate.plan.steps import Step
from palate.registry import Registry
from palate.store import Store
from palate_ray.environment import asked_of, beside_installed, differences, environment
from palate_ray.worker import examine

_FRESH = 1.0  # seconds for which an answer of the head holds
_ANSWERS = 5.0  # seconds within which a head must accept a connection
_LOOK, _MISSED = 2.0, 3  # seconds between looks at the head, and so many in a row without an answer
_EXAMINED = 120.0  # seconds within which every node must have answered; a cold worker loads libraries


@dataclass
class Cluster:
    """A cluster that this process is connected to. `head` is host and port of its head.

    What it said of itself in the last second is not asked again, as hundreds of steps may begin in one.
    """

    head: str
    _said: dict[str, tuple[float, Any]] = field(default_factory=dict, repr=False, compare=False)

    def nodes(self) -> list[dict[str, Any]]:
        """The nodes that are alive."""
        import ray

        return self._lately("nodes", lambda: [node for node in ray.nodes() if node["Alive"]])  # type: ignore[no-any-return]

    def answers(self) -> bool:
        """Whether its head accepts connections; a head that did not is asked again."""
        return bool(self._lately("answers", lambda: _accepts(self.head)))

    def ask_again(self) -> None:
        """Take nothing of what was said before for granted: something was lost."""
        self._said.clear()

    def _lately(self, what: str, ask: Callable[[], Any]) -> Any:
        asked, found = self._said.get(what, (0.0, None))
        if not found or time.monotonic() - asked > _FRESH:
            found = ask()
            self._said[what] = (time.monotonic(), found)
        return found

    def largest(self, resource: str) -> float:
        """The most that any node has of a resource: `CPU`, or `memory` in bytes."""
        return max((node["Resources"].get(resource, 0.0) for node in self.nodes()), default=0.0)

    def check(self, steps: Sequence[Step], store: Store, registry: Registry) -> dict[str, Any]:
        """What every worker must have, for those that come later.

        Raises ComputeError, which names the nodes, where any would compute something else than here.

        That is a node whose code, plugins or library versions are others, or one without the store.
        """
        components, libraries = asked_of(steps)
        note, token = f"seen-{uuid.uuid4().hex}", uuid.uuid4().hex
        store.note(note, {"token": token})
        try:
            asked = {
                "components": components, "libraries": libraries, "store": store.place, "note": note,
                "token": token, "beside": beside_installed(registry),
            }  # fmt: skip
            answers = self._examined(json.dumps(asked))
        finally:
            store.forget_note(note)
        ours = environment(components, libraries, registry)
        found = []
        for node, said in answers:
            unlike = differences(ours, said.get("environment", ours))
            if unlike:
                found.append(
                    f"node {node} is refused, since its results could be others: {'; '.join(unlike)}"
                )
            elif "sees" not in said:
                found.append(f"node {node} cannot work for palate: {said['problem']}")
            elif not said["sees"]:
                why = said.get("problem", "nothing is there of what was written here")
                found.append(
                    f"node {node} does not see the store {store.place}: {why}. Name one that all nodes share "
                    "with --store: a folder that they mount under this name, or s3://bucket/prefix"
                )
        if found:
            raise ComputeError("\n".join(found))
        beside = beside_installed(registry)
        return {"components": components, "libraries": libraries, "beside": beside, "environment": ours}

    def _examined(self, text: str) -> list[tuple[str, dict[str, Any]]]:
        """What each node says of itself, by its name."""
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        ask = ray.remote(num_cpus=0, max_retries=1)(examine)
        asked = []
        for each in self.nodes():
            there = NodeAffinitySchedulingStrategy(each["NodeID"], soft=False)
            asked.append((each["NodeID"], _named(each), ask.options(scheduling_strategy=there).remote(text)))
        found = []
        for node, name, answer in asked:
            try:
                found.append((name, json.loads(ray.get(answer, timeout=_EXAMINED))))
            except ray.exceptions.RayError as error:
                self.ask_again()
                if node in {alive["NodeID"] for alive in self.nodes()}:  # else it was lost meanwhile
                    found.append((name, {"problem": _first_line(error)}))
        return found


@contextmanager
def watched(cluster: Cluster, lost: Callable[[], None]) -> Iterator[None]:
    """Within, `lost` is called once, by another thread, where the head does not answer for some seconds.

    Ray itself waits a minute for its head, in which nothing can be said by who waits for Ray, and then ends
    the process.
    """
    over = threading.Event()

    def watch() -> None:
        missed = 0
        while missed < _MISSED and not over.wait(_LOOK):
            missed = 0 if _accepts(cluster.head) else missed + 1
        if missed >= _MISSED:
            lost()

    threading.Thread(target=watch, daemon=True, name="palate-head").start()
    try:
        yield
    finally:
        over.set()


@contextmanager
def connected(address: str | None) -> Iterator[Cluster]:
    """The cluster at an address, or one of this machine alone that ends with the block.

    The dashboard is off, and a cluster of this machine listens on loopback only. Raises ComputeError where
    nothing answers.
    """
    import ray

    if ray.is_initialized():
        yield Cluster(ray.get_runtime_context().gcs_address)
        return
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "include_dashboard": False}
    if address is not None:
        _reachable(address)
        quiet = {"log_to_driver": False, "logging_level": "ERROR", "address": address}
    else:
        quiet["_node_ip_address"] = "127.0.0.1"
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        ray.init(**quiet)
    except (ConnectionError, RuntimeError, ValueError, OSError, TimeoutError) as error:
        where = f"at {address}" if address else "on this machine"
        raise ComputeError(f"there is no Ray cluster to connect to {where}: {_first_line(error)}") from error
    cluster = Cluster(ray.get_runtime_context().gcs_address)
    try:
        yield cluster
    finally:
        if cluster.answers():  # without its head, Ray would wait a minute for it before anything is said
            ray.shutdown()


def _reachable(address: str) -> None:
    """Raises ComputeError where nothing listens at an address, at once and not after a minute."""
    plain = address.removeprefix("ray://")
    if plain in ("auto", "local"):
        return
    if not plain.rpartition(":")[0] or not plain.rpartition(":")[2].isdigit():
        raise ComputeError(f"--address is HOST:PORT, such as 10.0.0.1:6379, or auto; got {address!r}")
    if not _accepts(plain):
        raise ComputeError(
            f"no Ray cluster answers at {address}. Start one with `ray start --head`, which says the "
            "address to give here; `ray status --address ADDRESS` shows whether it is there"
        )


def _accepts(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWERS):
            return True
    except OSError:
        return False


def _named(node: dict[str, Any]) -> str:
    return f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})"


def _first_line(error: BaseException) -> str:
    """What stands last in an error of Ray, which shows a worker's traceback before."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
