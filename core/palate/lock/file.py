"""The lock file of a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from palate.errors import Problem, RecipeError, StoreError, unwritten
from palate.lock.pins import Pins
from palate.paths import write_whole
from palate.recipe.locate import of_distributions, shipped
from palate.recipe.model import Recipe
from palate.recipe.scalars import dump
from palate.recipe.yaml import parse
from palate.registry import Registry

VERSION = 1


def lock_path(recipe: Recipe) -> Path | None:
    """Beside the recipe's file, `shop.lock` for `shop.yaml`; None for a recipe that is in no file."""
    file = Path(recipe.tree.origin.file)
    return file.with_suffix(".lock") if file.is_file() else None


def write(recipe: Recipe, found: Pins, registry: Registry | None = None) -> Path:
    """The lock file, written. Raises RecipeError for a shipped recipe, StoreError where it cannot be."""
    path = lock_path(recipe)
    if path is None:
        raise RecipeError([Problem("<recipe>", "", "a recipe that is in no file cannot be locked")])
    file = Path(recipe.tree.origin.file)
    others = (*shipped(registry).values(), *of_distributions(registry).values())
    if file.resolve() in {each.resolve() for each in others}:
        said = f"is a shipped recipe; lock a recipe of your own that has `extends: {file.stem}`"
        raise RecipeError([Problem(str(file), "", said)])
    text = dump({"lock": VERSION, **vars(found)})
    about = f"# The plugins with which {file.name} was locked; `palate lock {file.name}` writes them anew.\n"
    try:
        write_whole(path, (about + text).encode())
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {unwritten(error)}") from error
    return path


def read(path: Path) -> Pins:
    """Raises RecipeError for a file that is no lock."""
    try:
        known = parse(path.read_text(encoding="utf-8"), path.name).plain()
    except (OSError, UnicodeDecodeError, RecipeError) as error:
        raise _damaged(path, " ".join(str(error).split())) from None
    if not isinstance(known, dict) or known.get("lock") != VERSION:
        raise _damaged(path, f"it must begin with `lock: {VERSION}`")
    return Pins(_texts(path, known, "plugins"), _texts(path, known, "components"))


def _texts(path: Path, known: dict[str, Any], key: str) -> dict[str, str]:
    found = known.get(key)
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise _damaged(path, f"`{key}` must be a mapping to text")
    return {str(name): text for name, text in found.items()}


def _damaged(path: Path, said: str) -> RecipeError:
    return RecipeError([Problem(str(path), "", f"is no lock file: {said}; `palate lock` writes one")])
