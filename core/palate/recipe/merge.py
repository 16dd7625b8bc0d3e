"""The one merge rule, for `extends` and for `--set`."""

from __future__ import annotations

from palate.recipe.grammar import at
from palate.recipe.yaml import Node, Origin


def merge(base: Node, over: Node, path: tuple[str, ...] = ()) -> Node:
    """`over` laid on `base`, which stand at `path`.

    Mappings merge, lists and scalars replace, null removes. A block whose `use` changes drops the
    options of the old one; a block written as a bare name counts as `{use: name}`. A search space
    gives way to a block, and a block to a search space.
    """
    if not isinstance(over.value, dict):
        return over
    below = _as_mapping(base, path)
    if below is None or _other_use(below, over):
        return _without_nulls(over)
    entries, keys = dict(below.mapping), dict(below.keys)
    for key, node in over.mapping.items():
        keys[key] = over.keys.get(key, node.origin)
        if node.value is None:
            entries.pop(key, None)
        elif key in entries:
            entries[key] = merge(entries[key], node, (*path, key))
        else:
            entries[key] = _without_nulls(node)
    return Node(entries, over.origin, keys)


def at_path(path: list[str], value: Node, origin: Origin) -> Node:
    """A tree that has only `value`, at this path."""
    node = value
    for key in reversed(path):
        node = Node({key: node}, origin, {key: origin})
    return node


def _as_mapping(node: Node, path: tuple[str, ...]) -> Node | None:
    if isinstance(node.value, dict):
        return node
    if isinstance(node.value, str) and _holds_block(path):
        return Node({"use": node}, node.origin, {"use": node.origin})
    return None


def _holds_block(path: tuple[str, ...]) -> bool:
    """Whether one component stands at this place of a recipe."""
    place = at(path)
    return place is not None and bool(place.kind) and not place.many


def _other_use(base: Node, over: Node) -> bool:
    new, old = _head(over), _head(base)
    return new is not None and old is not None and new != old


def _head(node: Node) -> tuple[str, object] | None:
    """What decides which options may stand beside it: `use`, or `search` for a search space."""
    for key in ("use", "search"):
        if key in node.mapping:
            return key, node.mapping[key].value
    return None


def _without_nulls(node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    kept = {key: _without_nulls(child) for key, child in node.value.items() if child.value is not None}
    return Node(kept, node.origin, node.keys)
