"""Reading a recipe with all it extends, and what the command line sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from palate.errors import Problem, RecipeError
from palate.recipe.composing import DEEPEST, LONGEST
from palate.recipe.grammar import join
from palate.recipe.locate import locate
from palate.recipe.merge import at_path, merge
from palate.recipe.yaml import Node, Origin, cut, of_plain, parse, parse_value
from palate.registry import Registry

Settings = Sequence[str] | Mapping[str, Any]
SETTING = Origin("--set")
"""Where a value of the command line is from; its path tells which one."""


def read(
    recipe: str | Path | Mapping[str, Any], settings: Settings = (), registry: Registry | None = None
) -> Node:
    """The tree of a recipe: its file with all it extends, and the settings laid over it.

    `recipe` is a path, the name of a shipped recipe, or the recipe itself as a mapping; `settings`
    are `path=value` texts, or a mapping from path to value.
    """
    if isinstance(recipe, Mapping):
        node = _extended(of_plain(recipe, Origin("<recipe>")), None, (), registry)
    else:
        path = Path(recipe) if isinstance(recipe, Path) else locate(recipe, registry=registry)
        node = _read_file(path, (), registry)
    for setting in _settings(settings):
        node = merge(node, setting)
    return node


def _read_file(path: Path, above: tuple[Path, ...], registry: Registry | None) -> Node:
    try:
        if path.stat().st_size > 4 * LONGEST:
            raise RecipeError([Problem(str(path), "", f"a recipe has at most {LONGEST:,} characters")])
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
    base = locate(parent.value, near=path, origin=str(parent.origin), registry=registry)
    chain = (*above, *([path.resolve()] if path else []))
    if len(chain) > DEEPEST:
        said = f"the recipes extend one another more than {DEEPEST} deep"
        raise RecipeError([Problem(str(parent.origin), "extends", said)])
    if base.resolve() in chain:
        loop = " -> ".join(str(step) for step in (*chain, base.resolve()))
        raise RecipeError([Problem(str(parent.origin), "extends", f"the recipes extend one another: {loop}")])
    entries = {key: child for key, child in node.mapping.items() if key != "extends"}
    return merge(_read_file(base, chain, registry), Node(entries, node.origin, node.keys))


def _settings(settings: Settings) -> list[Node]:
    """A tree for each setting, with only its value at its path."""
    if isinstance(settings, Mapping):
        return [_at(path, of_plain(value, SETTING, path)) for path, value in settings.items()]
    return [_setting(text) for text in settings]


def _setting(text: str) -> Node:
    path, equals, value = text.partition("=")
    if not equals:
        raise RecipeError([Problem("--set", "", f"must look like a.b.c=value; got {cut(text)}")])
    try:
        return _at(path.strip(), _placed(parse_value(value, "--set")))
    except RecipeError as error:
        raise RecipeError([_of_value(path.strip(), problem) for problem in error.problems]) from None


def _at(path: str, value: Node) -> Node:
    keys = path.split(".")
    if not all(keys):
        raise RecipeError([Problem("--set", "", f"must look like a.b.c=value; got the path {cut(path)}")])
    if "[" in path:
        said = f"a list is set as a whole, {path.partition('[')[0]}=[...]; got the path {cut(path)}"
        raise RecipeError([Problem("--set", "", said)])
    if keys[0] == "extends":
        said = "a recipe says in its file what it extends; write one of one line, `extends: ...`, for another"
        raise RecipeError([Problem("--set", "extends", said)])
    if len(keys) > DEEPEST:
        raise RecipeError([Problem("--set", "", f"a path has at most {DEEPEST} parts; this has {len(keys)}")])
    return at_path(keys, value, SETTING)


def _of_value(path: str, problem: Problem) -> Problem:
    """A problem within the value of a setting: the path tells which, the column where in it."""
    if problem.where == "--set" and not problem.path:
        return problem
    column = problem.where.removeprefix("--set").rpartition(":")[2]
    behind = f", at character {column} of the value" if column else ""
    return Problem("--set", join(path, problem.path), problem.message + behind)


def _placed(node: Node) -> Node:
    """A value from the command line, all of it with one origin."""
    if isinstance(node.value, dict):
        entries = {key: _placed(child) for key, child in node.value.items()}
        return Node(entries, SETTING, dict.fromkeys(entries, SETTING))
    if isinstance(node.value, list):
        return Node([_placed(child) for child in node.value], SETTING)
    return Node(node.value, SETTING, text=node.text)
