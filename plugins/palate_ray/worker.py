"""What a worker does, text in and text out. Nothing here needs Ray, and nothing heavy is imported before."""

from __future__ import annotations

import json
import os
import platform
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
    found: dict[str, Any] = {"environment": environment(asked["components"], asked["libraries"], registry())}
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
    from palate.store.place import store_at

    def listen(event: Event) -> None:
        if event.what == "notice":
            notices.append(event.message)

    if asked.get("same"):
        _refuse_unlike(json.dumps(asked["same"]))
    step = rebuilt(asked["step"], registry())
    store = store_at(asked["store"])
    if store.has(step.fingerprint):  # another driver was here first
        return {"reused": True, **_noted(store.meta(step.fingerprint))}
    with cores_between(max(1, round(cores() / asked["cpus"]))):
        shards = [rebuilt(each, registry()) for each in asked.get("shards", ())]
        found = compute(step, store, listen=listen, owner=asked["owner"], shards=shards)
    return _noted(found.meta)


@cache
def _refuse_unlike(text: str) -> None:
    """Raises PluginError where this node, which may have come later, has other versions than the driver."""
    from palate.errors import PluginError
    from palate_ray.environment import differences, environment

    same = json.loads(text)
    here = environment(same["components"], same["libraries"], registry())
    unlike = differences(same["environment"], here)
    if unlike:
        name = platform.node()
        raise PluginError(f"node {name} is refused, its results could be others: {'; '.join(unlike)}")


def _noted(meta: Any) -> dict[str, Any]:
    return {name: getattr(meta, name) for name in ("step", "created", "seconds", "peak_bytes", "notes")}


@cache
def registry() -> Registry:
    """What is installed here, and the parts of which palate's own checks of engines are made."""
    from palate.registry import Registry, plugin_entries
    from palate.testing.parts import entry

    found = Registry()
    for each in [*plugin_entries(), entry()]:
        found.load(each)
    return found
