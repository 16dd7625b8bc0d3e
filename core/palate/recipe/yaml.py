"""YAML with places: every value remembers the file, line and column it came from."""

from __future__ import annotations

import datetime
import json
import os
from collections import abc
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml.nodes import Node as Composed

from palate.components.written import written
from palate.errors import Problem, RecipeError
from palate.recipe.composing import DEEPEST, MOST_VALUES, composed
from palate.recipe.grammar import join
from palate.recipe.scalars import TAG, scalar

_LONGEST = 80


@dataclass(frozen=True)
class Origin:
    """Where a value was written."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Node:
    """One value of a recipe: a mapping of nodes, a list of nodes, or a plain scalar.

    `text` is what a scalar was written as: `0012` of 12.
    """

    value: Mapping | list[Node] | str | int | float | bool | None
    origin: Origin
    keys: dict[str, Origin] = field(default_factory=dict, compare=False)
    text: str = field(default="", compare=False)

    @property
    def mapping(self) -> dict[str, Node]:
        """Its entries, or none where it is not a mapping."""
        return self.value if isinstance(self.value, dict) else {}

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def written(self) -> Any:
        """The value without places, in which numbers remember their text."""
        if isinstance(self.value, dict):
            return {key: node.written() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.written() for node in self.value]
        return written(self.value, self.text) if self.text else self.value

    @property
    def shown(self) -> str:
        """The value in an error message, cut where it is long."""
        return "null" if self.value is None else cut(self.plain())


Mapping: TypeAlias = "dict[str, Node]"


def cut(value: Any) -> str:
    """A value in an error message, cut where it is long."""
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def parse(text: str, file: str) -> Node:
    """The node of a YAML text. Raises RecipeError for bad syntax and for every key written twice."""
    root = composed(text, file)
    if root is None:
        return Node({}, Origin(file, 1, 1))
    reading = _Reading(file)
    node = reading.node(root)
    if reading.problems:
        raise RecipeError(reading.problems)
    return node


def parse_value(text: str, file: str) -> Node:
    """The node of one value given on the command line; marks alone, such as `::` or a space, are text."""
    marks = not any(letter.isalnum() or letter in "[]{}'\"~" for letter in text)
    return parse(json.dumps(text) if marks else text, file)


def of_plain(value: Any, origin: Origin, path: str = "") -> Node:
    """The node of a plain Python value, all of it with one origin, which is to stand at `path`.

    Raises RecipeError for a value that no recipe can hold, and for one that holds itself.
    """
    return _plain_node(value, origin, (), path)


@dataclass
class _Reading:
    """From PyYAML's nodes to ours; an alias is read again where it stands."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    within: list[int] = field(default_factory=list)

    def node(self, node: Composed) -> Node:
        origin = self.place(node)
        self.count += 1
        if self.count > MOST_VALUES:
            said = f"has more than {MOST_VALUES:,} values, with what its aliases stand for"
            raise RecipeError([Problem(self.file, "", said)])
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, origin)
        if id(node) in self.within:
            raise RecipeError([Problem(str(origin), "", "this value holds itself, through an alias")])
        if not node.tag.startswith(TAG) or node.tag.removeprefix(TAG) not in ("map", "seq"):
            said = f"there is no {node.tag.replace(TAG, '!!')} in a recipe, only lists and mappings"
            self.problems.append(Problem(str(origin), "", said))
        self.within.append(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, origin)
            return Node([self.node(item) for item in node.value], origin)
        finally:
            self.within.pop()

    def mapping(self, node: yaml.MappingNode, origin: Origin) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Origin] = {}
        for key_node, value_node in node.value:
            place = self.place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(str(place), "", "a key must be text"))
                continue
            key = str(key_node.value)
            if key in keys:
                said = f"this key stands already in line {keys[key].line}; keep one of the two"
                self.problems.append(Problem(str(place), key, said))
            keys[key] = place
            entries[key] = self.node(value_node)
        return Node(entries, origin, keys)

    def scalar(self, node: yaml.ScalarNode, origin: Origin) -> Node:
        try:
            return Node(scalar(node.value, node.tag), origin, text=node.value)
        except ValueError as error:
            self.problems.append(Problem(str(origin), "", str(error)))
            return Node(None, origin)

    def place(self, node: Composed) -> Origin:
        return Origin(self.file, node.start_mark.line + 1, node.start_mark.column + 1)


def _plain_node(value: Any, origin: Origin, within: tuple[int, ...], path: str) -> Node:
    if id(value) in within:
        raise RecipeError([Problem(str(origin), path, "this value holds itself")])
    if len(within) > DEEPEST:
        raise RecipeError([Problem(str(origin), path, f"values lie at most {DEEPEST} deep in one another")])
    inside = (*within, id(value))
    if isinstance(value, abc.Mapping):
        entries = {
            str(key): _plain_node(child, origin, inside, join(path, str(key))) for key, child in value.items()
        }
        return Node(entries, origin, dict.fromkeys(entries, origin))
    if isinstance(value, (list, tuple)):
        parts = (_plain_node(child, origin, inside, f"{path}[{at}]") for at, child in enumerate(value))
        return Node(list(parts), origin)
    if isinstance(value, (str, os.PathLike)):
        return Node(os.fspath(value), origin)
    if isinstance(value, (datetime.date, datetime.time)):
        return Node(value.isoformat(), origin)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()  # a number of numpy's
    if value is None or isinstance(value, (bool, int, float)):
        return Node(value, origin)
    said = f"must be text, a number, true, false, null, a list or a mapping; got {type(value).__name__}"
    raise RecipeError([Problem(str(origin), path, said)])
