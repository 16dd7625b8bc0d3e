"""A resolved recipe with the place each value came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from palate.recipe.model import Recipe
from palate.recipe.scalars import dump
from palate.recipe.yaml import Node

DEFAULT = "default"


def origins(recipe: Recipe) -> Iterator[tuple[str, str, str]]:
    """(path, value, origin) for each value of the resolved recipe; the origin is a place or `default`."""
    return _values(recipe.plain(), recipe.tree, "")


def _values(plain: Any, node: Node | None, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from _values(value, _child(node, key), f"{path}.{key}" if path else key)
    elif isinstance(plain, list) and any(isinstance(item, (dict, list)) for item in plain):
        for at, value in enumerate(plain):
            yield from _values(value, _item(node, at), f"{path}[{at}]")
    else:
        yield path, flow(plain), str(node.origin) if node else DEFAULT


def flow(value: Any) -> str:
    """A value in one line of YAML."""
    text = dump(value, default_flow_style=True, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _child(node: Node | None, key: str) -> Node | None:
    if node is None:
        return None
    if isinstance(node.value, str):
        return node if key == "use" or "@" in node.value else None
    if key in node.mapping:
        return node.mapping[key]
    use = node.mapping.get("use")
    return use if key == "k" and use and "@" in str(use.value) else None


def _item(node: Node | None, at: int) -> Node | None:
    if node is None:
        return None
    return node.value[at] if isinstance(node.value, list) and at < len(node.value) else node
