"""The best trial written as a recipe that extends the one that was tuned."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palate import __version__
from palate.errors import TuningError
from palate.recipe.load import read
from palate.recipe.scalars import dump
from palate.recipe.search import is_space
from palate.recipe.yaml import Node
from palate.registry import Registry
from palate_tune.request import TuningRequest
from palate_tune.result import RECIPES

MARK = "# Tuned by palate"


def check_output(path: Path) -> None:
    """Raises TuningError where a recipe that palate did not write would be overwritten."""
    if path.suffix in RECIPES and path.exists() and not _ours(path):
        raise TuningError(f"{path} exists and is not a tuned recipe; name another file for the output")


def written(
    request: TuningRequest, settled: Node, lineage: list[str], output: Path, registry: Registry
) -> str:
    """The text of the tuned recipe, to be written to `output`.

    It extends the recipe that was tuned and gives a value to each search space; what settings had
    laid over that recipe is written too. A recipe given as a mapping is written in full.
    """
    plain: dict[str, Any] = settled.written()
    if isinstance(request.recipe, Mapping):
        body = {**plain, "name": _name(plain)}
    else:
        below = read(request.recipe, (), registry)
        changed = _difference(below, settled)
        head = {"recipe": 1, "name": _name(plain), "extends": _reference(request.recipe, output)}
        body = head | {key: value for key, value in changed.items() if key not in head}
    comments = "".join(f"# {line}\n" for line in lineage)
    return f"{MARK} {__version__}.\n{comments}{dump(body)}"


def _difference(below: Node, settled: Node) -> dict[str, Any]:
    """What has to be laid over `below` to get `settled`; null where something must go."""
    found: dict[str, Any] = {key: None for key in below.mapping if key not in settled.mapping}
    for key, node in settled.mapping.items():
        old = below.mapping.get(key)
        if old is None or is_space(old) or not _both_mappings(old, node) or _other_use(old, node):
            if old is None or old.plain() != node.plain():
                found[key] = node.written()
        else:
            inner = _difference(old, node)
            if inner:
                found[key] = inner
    return found


def _both_mappings(old: Node, new: Node) -> bool:
    return isinstance(old.value, dict) and isinstance(new.value, dict)


def _other_use(old: Node, new: Node) -> bool:
    uses = [node.mapping["use"].plain() if "use" in node.mapping else None for node in (old, new)]
    return uses[0] != uses[1]


def _name(plain: Mapping[str, Any]) -> str:
    name = str(plain.get("name", "recipe"))
    return name if name.endswith("-tuned") else f"{name}-tuned"


def _reference(recipe: str | Path, output: Path) -> str:
    """How the output names the recipe: a path relative to the output, or the name of a shipped one."""
    for path in (Path(recipe), Path(f"{recipe}.yaml")):
        if path.is_file():
            return Path(os.path.relpath(path.resolve(), output.resolve().parent)).as_posix()
    return str(recipe)


def _ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.readline().startswith(MARK)
    except OSError:
        return False
