"""Reading a recipe with all it extends, and what the command line sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from palate.errors import Problem, RecipeError
from palate.recipe.locate import locate
from palate.recipe.merge import at_path, merge
from palate.recipe.yaml import Node, Origin, parse, parse_value
from palate.registry import Registry

Settings = Sequence[str] | Mapping[str, Any]


def read(
    recipe: str | Path | Mapping[str, Any], settings: Settings = (), registry: Registry | None = None
) -> Node:
    """The tree of a recipe: its file with all it extends, and the settings laid over it.

    `recipe` is a path, the name of a shipped recipe, or the recipe itself as a mapping; `settings`
    are `path=value` texts, or a mapping from path to value.
    """
    if isinstance(recipe, Mapping):
        text = yaml.safe_dump(dict(recipe), sort_keys=False, allow_unicode=True)
        node = _extended(parse(text, "<recipe>"), None, (), registry)
    else:
        path = Path(recipe) if isinstance(recipe, Path) else locate(recipe, registry=registry)
        node = _read_file(path, (), registry)
    for setting in _settings(settings):
        node = merge(node, setting)
    return node


def _read_file(path: Path, above: tuple[Path, ...], registry: Registry | None) -> Node:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(
            [Problem(str(path), "", f"not UTF-8: {error.reason} at byte {error.start}")]
        ) from None
    except OSError as error:
        raise RecipeError([Problem(str(path), "", f"cannot be read: {error.strerror}")]) from None
    return _extended(parse(text, str(path)), path, above, registry)


def _extended(node: Node, path: Path | None, above: tuple[Path, ...], registry: Registry | None) -> Node:
    if not isinstance(node.value, dict):
        raise RecipeError(
            [Problem(str(node.origin), "", "a recipe is a mapping, beginning with `recipe: 1`")]
        )
    parent = node.mapping.get("extends")
    if parent is None:
        return node
    if not isinstance(parent.value, str):
        raise RecipeError([Problem(str(parent.origin), "extends", "must be the path or name of a recipe")])
    base = _find_base(parent.value, path, str(parent.origin), registry)
    chain = (*above, *([path.resolve()] if path else []))
    if base.resolve() in chain:
        loop = " -> ".join(str(step) for step in (*chain, base.resolve()))
        raise RecipeError([Problem(str(parent.origin), "extends", f"the recipes extend one another: {loop}")])
    entries = {key: child for key, child in node.mapping.items() if key != "extends"}
    return merge(_read_file(base, chain, registry), Node(entries, node.origin, node.keys))


def _find_base(name: str, path: Path | None, origin: str, registry: Registry | None) -> Path:
    return locate(name, near=path, origin=origin, registry=registry)


def _settings(settings: Settings) -> list[Node]:
    if isinstance(settings, Mapping):
        pairs = [(path, yaml.safe_dump(value)) for path, value in settings.items()]
    else:
        pairs = [_pair(text) for text in settings]
    nodes = []
    for path, text in pairs:
        origin = Origin(f"--set {path}")
        value = _placed(parse_value(text, origin.file), origin)
        nodes.append(at_path(path.split("."), value, origin))
    return nodes


def _pair(text: str) -> tuple[str, str]:
    path, equals, value = text.partition("=")
    if not equals or not all(path.split(".")):
        raise RecipeError([Problem("--set", "", f"must look like a.b.c=value; got {text!r}")])
    return path.strip(), value


def _placed(node: Node, origin: Origin) -> Node:
    if isinstance(node.value, dict):
        entries = {key: _placed(child, origin) for key, child in node.value.items()}
        return Node(entries, origin, dict.fromkeys(entries, origin))
    if isinstance(node.value, list):
        return Node([_placed(child, origin) for child in node.value], origin)
    return Node(node.value, origin)
