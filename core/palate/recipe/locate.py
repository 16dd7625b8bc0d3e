"""Finding a recipe by path or by name."""

from __future__ import annotations

import re
from pathlib import Path

from palate.errors import Problem, RecipeError, closest
from palate.recipe.yaml import cut
from palate.registry import Registry, installed


def shipped(registry: Registry | None = None) -> dict[str, Path]:
    """The recipes that come with palate and with the installed plugins, by name."""
    return (registry or installed()).recipes


def of_distributions(registry: Registry | None = None) -> dict[str, Path]:
    """The recipes that plugins register, by the name that is never hidden: `palate-movies:cold-start`."""
    registrations = (registry or installed()).registrations
    return {
        f"{_plain(each.distribution)}:{each.name}": each.path
        for each in registrations
        if each.what == "recipe" and each.path
    }


def locate(name: str, near: Path | None = None, origin: str = "", registry: Registry | None = None) -> Path:
    """The file of a recipe: a path (beside `near`, if given), or the name of a shipped one.

    `palate-movies:cold-start` is the recipe `cold-start` of the distribution palate-movies.

    Raises RecipeError that names what was tried and the nearest shipped name.
    """
    candidates = [Path(name), Path(f"{name}.yaml")]
    if near is not None:
        candidates = [near.parent / path for path in candidates]
    for path in candidates:
        if _is_file(path):
            return path
    if ":" in name:
        return _of_distribution(name, origin, registry)
    known = shipped(registry)
    if name.removesuffix(".yaml") in known:
        return known[name.removesuffix(".yaml")]
    said = (
        f"there is no file {cut(str(candidates[0]))} and no shipped recipe {cut(name)}.{closest(name, known)}"
    )
    raise RecipeError([Problem(origin, "extends" if origin else "", f"{said} Shipped: {', '.join(known)}.")])


def summary(path: Path) -> str:
    """What a recipe is for: its first line, a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and "yaml-language-server" not in line:
            return line.lstrip("# ").strip()
    return ""


def _of_distribution(name: str, origin: str, registry: Registry | None) -> Path:
    known = of_distributions(registry)
    distribution, _, recipe = name.partition(":")
    wanted = f"{_plain(distribution)}:{recipe.removesuffix('.yaml')}"
    if wanted in known:
        return known[wanted]
    there = [each for each in known if each.startswith(f"{_plain(distribution)}:")]
    if there:
        near = closest(wanted, there)
        said = f"distribution {distribution!r} has no recipe {recipe!r}.{near} It has {', '.join(there)}."
    else:
        brings = f"Recipes of distributions: {', '.join(known)}." if known else "No plugin brings recipes."
        said = f"no installed distribution {distribution!r} brings recipes.{closest(wanted, known)} {brings}"
    raise RecipeError([Problem(origin, "extends" if origin else "", said)])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for the file system
        return False


def _plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()
