"""A recipe with search spaces, where one is shown and not tuned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from palate.recipe.model import Recipe


def opened(recipe: str, settings: tuple[str, ...]) -> tuple[Recipe, list[str]]:
    """The recipe, and what of it is open, in words: then with the first value of each search space.

    Raises RecipeError.
    """
    from palate.recipe.load import read
    from palate.recipe.search import spaces
    from palate.registry import installed

    if not list(spaces(read(recipe, settings, installed()))):
        from palate.recipe import load_recipe

        return load_recipe(recipe, settings), []
    from palate.recipe.searched import SearchedRecipe

    searched = SearchedRecipe.load(recipe, settings)
    said = [
        f"{space.path} is open, for `palate tune`; here with its first value" for space in searched.spaces
    ]
    return searched.first, said
