"""A pipeline with some of its branches switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from palate.errors import closest, listed
from palate.pipeline import Pipeline
from palate_serve.refused import Refused


def only_branches(pipeline: Pipeline, names: Sequence[str]) -> Pipeline:
    """The pipeline that fuses no other branches than these, with the weights they have.

    Raises Refused for a branch that there is not, and for a fuser that needs all of them.
    """
    known = [branch.name for branch in pipeline.branches]
    for name in names:
        if name not in known:
            near = closest(name, known)
            raise Refused(422, f"there is no branch {name!r}; there is {listed(known)}.{near}", "branches")
    kept = tuple(branch for branch in pipeline.branches if branch.name in names)
    if not kept:
        raise Refused(422, "name at least one branch", "branches")
    if len(kept) == len(known):
        return pipeline
    if len(kept) == 1:
        return replace(pipeline, branches=kept, fuser=None)
    return replace(pipeline, branches=kept, fuser=_without(pipeline.fuser, [branch.name for branch in kept]))


def weights_of(pipeline: Pipeline) -> dict[str, float]:
    """The weight of each branch: those that were given or tuned, else 1."""
    fuser = pipeline.fuser
    given = getattr(fuser, "weights", None) if fuser is not None else None
    found = given if isinstance(given, dict) else getattr(fuser, "weights_", None) or {}
    return {branch.name: float(found.get(branch.name, 1.0)) for branch in pipeline.branches}


def _without(fuser: Any, names: list[str]) -> Any:
    if "weights" not in {each.name for each in fields(fuser)}:
        raise Refused(422, f"fuser {fuser.name!r} needs all of its branches", "branches")
    given = fuser.weights
    found = given if isinstance(given, dict) else getattr(fuser, "weights_", None)
    weights = {name: found[name] for name in names} if found else dict.fromkeys(names, 1.0)
    if not any(weights.values()):
        raise Refused(422, "all of these branches have the weight 0", "branches")
    return replace(fuser, weights=weights)
