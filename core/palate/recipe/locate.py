"""Finding a recipe by path or by name."""

from __future__ import annotations

from pathlib import Path

import palate
from palate.errors import Problem, RecipeError, closest
from palate.registry import Registry, installed


def shipped(registry: Registry | None = None) -> dict[str, Path]:
    """The recipes that come with palate and with the installed plugins, by name."""
    registry = registry or installed()
    own = {path.stem: path for path in sorted(_own_folder().glob("*.yaml"))}
    return registry.recipes | own


def locate(name: str, near: Path | None = None, origin: str = "", registry: Registry | None = None) -> Path:
    """The file of a recipe: a path (beside `near`, if given), or the name of a shipped one.

    Raises RecipeError that names what was tried and the nearest shipped name.
    """
    candidates = [Path(name), Path(f"{name}.yaml")]
    if near is not None:
        candidates = [near.parent / path for path in candidates]
    for path in candidates:
        if path.is_file():
            return path
    known = shipped(registry)
    if name.removesuffix(".yaml") in known:
        return known[name.removesuffix(".yaml")]
    said = f"there is no file {str(candidates[0])!r} and no shipped recipe {name!r}.{closest(name, known)}"
    raise RecipeError([Problem(origin or name, "", f"{said} Shipped: {', '.join(known)}.")])


def summary(path: Path) -> str:
    """Whom a recipe is for: its first line, a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") and "yaml-language-server" not in line:
            return line.lstrip("# ").strip()
    return ""


def _own_folder() -> Path:
    """In the package, or beside it in a checkout."""
    package = Path(palate.__file__).parent
    inside = package / "recipes"
    return inside if inside.is_dir() else package.parent.parent / "recipes"
