"""Whether what is installed is what a recipe was locked with."""

from __future__ import annotations

from palate.lock.file import lock_path, read
from palate.lock.pins import Pins, pins
from palate.recipe.model import Recipe


def remarks(recipe: Recipe) -> list[str]:
    """In what the installed plugins differ from the recipe's lock, a line each; none without a lock."""
    path = lock_path(recipe)
    if path is None or not path.is_file():
        return []
    return [f"{path.name}: {said}" for said in differences(read(path), pins(recipe))]


def differences(locked: Pins, found: Pins) -> list[str]:
    """What was locked and is otherwise now, and what is in use and was not locked."""
    said = [
        f"{name} was locked at {version} and is {found.plugins[name]}"
        for name, version in locked.plugins.items()
        if found.plugins.get(name, version) != version
    ]
    for name, owner in found.components.items():
        before = locked.components.get(name)
        if before is None:
            said.append(f"{name} of {owner} {found.plugins[owner]} was not locked")
        elif before != owner:
            said.append(f"{name} was locked as of {before} and is of {owner} {found.plugins[owner]}")
    return said
