"""What a worker does, text in and text out. Nothing here needs Ray, and nothing heavy is imported before."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate.registry import Registry


def examine(text: str) -> str:
    """What a node says of itself: its libraries and plugins, and whether it sees what the driver wrote."""
    from palate.errors import PalateError
    from palate.store.place import store_at
    from palate_ray.environment import environment

    asked = json.loads(text)
    known = registry(json.dumps(asked.get("beside", [])))
    found: dict[str, Any] = {"environment": environment(asked["components"], asked["libraries"], known)}
    try:
        found["sees"] = store_at(asked["store"]).noted(asked["note"]).get("token") == asked["token"]
    except PalateError as error:
        found |= {"sees": False, "problem": str(error)}
    return json.dumps(found)


def work(text: str) -> str:
    """Do a step: what is worth noting of it, or what went wrong in words. Its value is in the store."""
    asked = json.loads(text)
    for name, value in asked["threads"].items():
        os.environ[name] = value  # before libraries that have threads of their own are loaded
    from palate_ray.failures import told

    notices: list[str] = []
    try:
        return json.dumps({"meta": _done(asked, notices), "notices": notices}, default=str)
    except BaseException as error:
        return json.dumps({"error": told(error), "notices": notices}, default=str)


def _done(asked: dict[str, Any], notices: list[str]) -> dict[str, Any]:
    from palate.arrays.threads import cores, cores_between
    from palate.events import Event
    from palate.plan.compute import compute
    from palate.plan.describe import rebuilt
    from palate.plan.tasks import compute_whole
    from palate.store.place import store_at

    def listen(event: Event) -> None:
        if event.what == "notice":
            notices.append(event.message)

    same = asked.get("same", {})
    if same:
        _refuse_unlike(json.dumps(same))
    known = registry(json.dumps(same.get("beside", [])))
    step = rebuilt(asked["step"], known)
    store = store_at(asked["store"])
    if asked.get("whole"):
        with cores_between(max(1, round(cores() / asked["cpus"]))):
            return asdict(compute_whole(step, store, listen, asked["owner"]))
    if store.has(step.fingerprint):  # another driver was here first
        return {"reused": True, **_noted(store.meta(step.fingerprint))}
    with cores_between(max(1, round(cores() / asked["cpus"]))):
        shards = [rebuilt(each, known) for each in asked.get("shards", ())]
        found = compute(step, store, listen=listen, owner=asked["owner"], shards=shards)
    return _noted(found.meta)


@cache
def _refuse_unlike(text: str) -> None:
    """Raises PluginError where this node, which may have come later, has other versions than the driver."""
    from palate.errors import PluginError
    from palate_ray.environment import differences, environment

    same = json.loads(text)
    known = registry(json.dumps(same.get("beside", [])))
    here = environment(same["components"], same["libraries"], known)
    unlike = differences(same["environment"], here)
    if unlike:
        name = platform.node()
        raise PluginError(f"node {name} is refused, its results could be others: {'; '.join(unlike)}")


def _noted(meta: Any) -> dict[str, Any]:
    return {name: getattr(meta, name) for name in ("step", "created", "seconds", "peak_bytes", "notes")}


@cache
def registry(beside: str = "[]") -> Registry:
    """What is installed here, with the plugins that the driver has beside (JSON of `beside_installed`)."""
    from palate.registry import PluginEntry, Registry, plugin_entries

    found = Registry()
    for each in plugin_entries():
        found.load(each)
    for name, distribution, version, entry in json.loads(beside):
        found.load(PluginEntry(name, distribution, version, entry=entry))
    return found
