"""The search spaces of a recipe: finding them, and putting something in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from palate.errors import Problem, listed
from palate.recipe.grammar import join
from palate.recipe.space import Space, read
from palate.recipe.yaml import Node

Pick = Callable[[Space], Node]


def is_space(node: Node) -> bool:
    """Whether a value is written as a search space: a mapping with `search` and without `use`."""
    return "search" in node.mapping and "use" not in node.mapping


def settle(node: Node, pick: Pick, path: str = "") -> Node:
    """The tree with every search space replaced by what `pick` chooses for it; null removes.

    Spaces within a chosen value are settled too; their path tells which value they belong to.
    """
    if is_space(node):
        space, _ = read(node, path)
        chosen = pick(space)
        return settle(chosen, pick, f"{path}({space.name(chosen)})" if space.kind == "choice" else path)
    if isinstance(node.value, dict):
        entries = {key: settle(child, pick, join(path, key)) for key, child in node.value.items()}
        kept = {key: child for key, child in entries.items() if not _removed(node.value[key], child)}
        return Node(kept, node.origin, node.keys)
    if isinstance(node.value, list):
        children = [settle(child, pick, f"{path}[{at}]") for at, child in enumerate(node.value)]
        pairs = zip(node.value, children, strict=True)
        return Node([child for before, child in pairs if not _removed(before, child)], node.origin)
    return node


def spaces(node: Node, path: str = "") -> Iterator[tuple[Space, list[Problem]]]:
    """Every search space of a tree, those within choices behind them, with what is wrong with each."""
    if is_space(node):
        space, problems = read(node, path)
        yield space, problems
        for value in space.values:
            yield from spaces(value, f"{path}({space.name(value)})")
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from spaces(child, join(path, key))
    elif isinstance(node.value, list):
        for at, child in enumerate(node.value):
            yield from spaces(child, f"{path}[{at}]")


def refusal(found: list[Space]) -> Problem:
    """That a recipe with search spaces can be tuned only, in words."""
    first = found[0]
    said = "is a search space"
    if len(found) > 1:
        said += (
            f", and so {'is' if len(found) == 2 else 'are'} {listed((space.path for space in found[1:]), 3)}"
        )
    return Problem(
        str(first.node.origin), first.path, f"{said}: find a value with `palate tune`, or give one"
    )


def _removed(before: Node, after: Node) -> bool:
    return is_space(before) and after.value is None
