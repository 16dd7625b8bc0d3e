"""Checking a recipe with search spaces: whatever they may bring must make a recipe that works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from palate.errors import Problem, RecipeError
from palate.recipe.check import check
from palate.recipe.load import Settings, read
from palate.recipe.model import Recipe
from palate.recipe.search import settle, spaces
from palate.recipe.space import Space
from palate.recipe.yaml import Node
from palate.registry import Registry, installed

Values = Callable[[Space], Any]
NOTHING = "has no search space, so there is nothing to tune; write one in place of an option, such as "


@dataclass(frozen=True)
class SearchedRecipe:
    """A recipe with search spaces, checked: what a tuner starts from.

    `spaces` are all of them, those within the values of a choice too. `tree` is the recipe as it was read,
    with the place in the file that each value came from.
    """

    tree: Node
    spaces: tuple[Space, ...]
    registry: Registry

    @classmethod
    def load(
        cls, recipe: str | Path | Mapping[str, Any], settings: Settings = (), registry: Registry | None = None
    ) -> SearchedRecipe:
        """From a file, the name of a shipped recipe, or a mapping, with `settings` laid over it.

        Raises RecipeError with every problem, also of a bound or a value that an option does not allow, and
        for a recipe without a search space. Nothing is computed.
        """
        registry = registry or installed()
        tree = read(recipe, settings, registry)
        return cls(tree, check_searched(tree, registry), registry)

    @cached_property
    def first(self) -> Recipe:
        """The recipe with the first value of every space; what cannot be searched is as in all others."""
        return check(first_instance(self.tree), self.registry)

    def with_values(self, values: Values) -> Recipe:
        """The recipe with a value in place of each space, checked.

        `values` is called with a Space and gives a number, or for a choice the name of one of its values
        (`space.name`). It is called for the spaces within a choice only where their value is chosen. Raises
        RecipeError.
        """
        return check(self.tree_with(values), self.registry)

    def tree_with(self, values: Values) -> Node:
        """The same before it is checked, with the places that values came from."""
        return settle(self.tree, lambda space: space.node_of(values(space)))

    def extremes(self) -> Iterator[tuple[Space, Recipe]]:
        """A recipe for each bound, or each value of a choice, of each space, and the first of all others."""
        for space, tree in instances(self.tree, self.spaces):
            yield space, check(tree, self.registry)


def check_searched(tree: Node, registry: Registry) -> tuple[Space, ...]:
    """The search spaces of a recipe, those within choices too.

    Raises RecipeError with every problem: of the spaces, and of the recipe with each bound and each
    value of a choice put in its place.
    """
    found = list(spaces(tree))
    if not found:
        example = "{search: log, low: 1, high: 5000}"
        raise RecipeError([Problem(str(tree.origin), "", NOTHING + example)])
    sound = tuple(space for space, wrong in found if not wrong)
    broken = tuple(space.path for space, wrong in found if wrong)
    problems = dict.fromkeys(problem for _, wrong in found for problem in wrong)
    for settled in [_base(tree, broken)] if broken else (tree for _, tree in instances(tree, sound)):
        try:
            check(settled, registry)
        except RecipeError as error:
            elsewhere = (p for p in error.problems if not p.path.startswith(broken or ("\0",)))
            problems |= dict.fromkeys(elsewhere)
    if problems:
        raise RecipeError(list(problems))
    return sound


def instances(tree: Node, found: Sequence[Space]) -> Iterator[tuple[Space, Node]]:
    """The recipe with each extreme of each space in its place, and the first value of all others."""
    for space in found:
        for extreme in space.extremes():
            yield space, settle(tree, partial(_towards, space, extreme))


def first_instance(tree: Node) -> Node:
    """The recipe with the first value of every space."""
    return settle(tree, lambda space: space.extremes()[0])


def _towards(space: Space, extreme: Node, other: Space) -> Node:
    """The extreme for the space itself; for a choice it lies in, the value it lies in; else the first."""
    if other.path == space.path:
        return extreme
    for value in other.values:
        if space.path.startswith(f"{other.path}({other.name(value)})"):
            return value
    return other.extremes()[0]


def _base(tree: Node, broken: tuple[str, ...]) -> Node:
    """The recipe without the spaces that are broken."""
    gone = Node(None, tree.origin)
    return settle(tree, lambda space: gone if space.path in broken else space.extremes()[0])
