"""Settings in which recipes differ, and names that distinguish them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NOT_SHOWN = ("name", "recipe", "seed", "evaluate", "top")
MOST = 3


def flattened(recipe: Mapping[str, Any]) -> dict[str, str]:
    """The settings of a resolved recipe by dotted path; that of a block has the name in its `use`."""
    found: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, Mapping):
            for key, inner in value.items():
                walk(inner, path if key == "use" else f"{path}.{key}" if path else key)
        elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
            for at, inner in enumerate(value):
                walk(inner, f"{path}[{at}]")
        else:
            found[path] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    walk({key: value for key, value in recipe.items() if key not in NOT_SHOWN}, "")
    return found


def differing_settings(recipes: Sequence[Mapping[str, Any]]) -> dict[str, list[str | None]]:
    """By path, the value in each recipe, where they are not all the same; None where it is not set.

    The options of a block whose `use` differs are left out: they come with it.
    """
    settings = [flattened(recipe) for recipe in recipes]
    paths = dict.fromkeys(path for each in settings for path in each)
    values = {path: [each.get(path) for each in settings] for path in paths}
    apart = {path: found for path, found in values.items() if len(set(found)) > 1}
    return {path: found for path, found in apart.items() if not _below_another(path, apart)}


def unique_names(given: Sequence[str], recipes: Sequence[Mapping[str, Any]]) -> list[str]:
    """A name for each recipe that no other has: its own, followed by the settings that differ."""
    chosen = list(given)
    for name in dict.fromkeys(given):
        same = [at for at, other in enumerate(given) if other == name]
        if len(same) > 1:
            apart = differing_settings([recipes[at] for at in same])
            for turn, at in enumerate(same):
                chosen[at] = f"{name} {_said(apart, turn)}".strip()
    return _numbered(chosen)


def _said(apart: Mapping[str, list[str | None]], turn: int) -> str:
    if len(apart) > MOST:
        return ""
    short = _short(list(apart))
    return ", ".join(f"{short[path]}={values[turn] or 'none'}" for path, values in apart.items())


def _short(paths: Sequence[str]) -> dict[str, str]:
    """The last word of each path, or as many as distinguish it from the others."""
    for words in (1, 2, 3):
        found = {path: ".".join(path.split(".")[-words:]) for path in paths}
        if len(set(found.values())) == len(found):
            return found
    return {path: path for path in paths}


def _numbered(chosen: Sequence[str]) -> list[str]:
    taken: dict[str, int] = {}
    result = []
    for name in chosen:
        taken[name] = taken.get(name, 0) + 1
        result.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return result


def _below_another(path: str, apart: Mapping[str, Any]) -> bool:
    return any(path != other and path.startswith((f"{other}.", f"{other}[")) for other in apart)
