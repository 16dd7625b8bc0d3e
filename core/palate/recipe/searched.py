"""Checking a recipe with search spaces: whatever they may bring must make a recipe that works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from palate.errors import Problem, RecipeError
from palate.recipe.check import check
from palate.recipe.search import settle, spaces
from palate.recipe.space import Space
from palate.recipe.yaml import Node
from palate.registry import Registry

NOTHING = "has no search space, so there is nothing to tune; write one in place of an option, such as "


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
