"""Recipes: YAML in, a checked description of a pipeline out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from palate.recipe.check import check
from palate.recipe.load import Settings, read
from palate.recipe.model import Block, Branch, Recipe
from palate.registry import Registry, installed

__all__ = ["Block", "Branch", "Recipe", "load_recipe"]


def load_recipe(
    recipe: str | Path | Mapping[str, Any] | Recipe,
    settings: Settings = (),
    registry: Registry | None = None,
) -> Recipe:
    """A checked recipe from a file, the name of a shipped recipe, or a mapping.

    `settings` are laid over it: `["branches.content.aggregate.half_life=14"]`, or a mapping from
    path to value. A checked recipe is returned as it is. Raises RecipeError with every problem found,
    and computes nothing.
    """
    if isinstance(recipe, Recipe):
        if settings:
            raise ValueError("settings cannot be laid over a recipe that is checked already")
        return recipe
    registry = registry or installed()
    return check(read(recipe, settings, registry), registry)
