"""Where a run comes from: code, libraries, data, machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from palate.errors import StoreError
from palate.lock import remarks
from palate.plan import Plan
from palate.plan.context import CONTENT
from palate.plan.steps import Step

_LIBRARIES = (
    "numpy", "scipy", "polars", "pluggy", "pydantic", "torch", "transformers", "implicit",
    "rectools-lightfm", "lightfm-next",
)  # fmt: skip


def lineage(plan: Plan, parent: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Versions, seed, data and machine behind a plan, ready for JSON; and the run it goes on from."""
    source = next(step for step in plan.data.walk() if step.operation == "source")
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": plan.recipe.seed,
        **({"parent": dict(parent)} if parent else {}),
        "data": {
            "source": plan.recipe.source.plain(),
            "hash": source.params["data"],
            "content": _content(plan, source),
            "step": plan.data.fingerprint,
        },
        "palate": importlib.metadata.version("palate"),
        "plugins": _plugins(plan),
        "unlike its lock": remarks(plan.recipe),
        "libraries": {name: version for name in _LIBRARIES if (version := _version(name))},
        "python": platform.python_version(),
        "machine": {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()},
    }


def _content(plan: Plan, source: Step) -> str | None:
    """The checksum of the data as they were read; None where the store does not have it any more."""
    try:
        return plan.store.meta(source.fingerprint).notes.get(CONTENT)
    except StoreError:
        return None


def _plugins(plan: Plan) -> dict[str, str]:
    """The components that took part, with the distribution and version of each."""
    found: dict[str, str] = {}
    for step in plan.steps:
        for block in step.blocks:
            component = block.component
            found[f"{component.kind} {component.name}"] = f"{component.distribution} {component.version}"
    return dict(sorted(found.items()))


@cache
def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
