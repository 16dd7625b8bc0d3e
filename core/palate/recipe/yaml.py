"""YAML with places: every value remembers the file, line and column it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from palate.errors import Problem, RecipeError

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
    """One value of a recipe: a mapping of nodes, a list of nodes, or a plain scalar."""

    value: Mapping | list[Node] | str | int | float | bool | None
    origin: Origin
    keys: dict[str, Origin] = field(default_factory=dict, compare=False)

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

    @property
    def shown(self) -> str:
        """The value in an error message, cut where it is long."""
        text = "null" if self.value is None else repr(self.plain())
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


Mapping: TypeAlias = "dict[str, Node]"


class _Loader(yaml.SafeLoader):
    """The YAML 1.2 core scalars: no `on`, no `12:30` that is a number, `1e-3` that is one."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile("^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$"
    ),
    list("-+0123456789."),
)


def parse(text: str, file: str) -> Node:
    """The node of a YAML text. Raises RecipeError for bad syntax and for every key written twice."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return Node({}, Origin(file, 1, 1))
        problems: list[Problem] = []
        node = _node(loader, root, file, problems)
    except yaml.MarkedYAMLError as error:
        raise RecipeError([_syntax(error, file)]) from None
    finally:
        loader.dispose()
    if problems:
        raise RecipeError(problems)
    return node


def parse_value(text: str, file: str) -> Node:
    """The node of one value given on the command line."""
    return parse(text if text.strip() else "''", file)


def _node(loader: _Loader, node: yaml.Node, file: str, problems: list[Problem]) -> Node:
    origin = Origin(file, node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(loader, item, file, problems) for item in node.value], origin)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, origin, problems)
    return Node(_scalar(loader, node), origin)


def _mapping(loader: _Loader, node: yaml.MappingNode, origin: Origin, problems: list[Problem]) -> Node:
    entries: dict[str, Node] = {}
    keys: dict[str, Origin] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        place = Origin(origin.file, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if key in keys:
            first = keys[key]
            problems.append(
                Problem(str(place), key, f"this key stands already in line {first.line}; keep one of the two")
            )
        keys[key] = place
        entries[key] = _node(loader, value_node, origin.file, problems)
    return Node(entries, origin, keys)


def _scalar(loader: _Loader, node: yaml.Node) -> str | int | float | bool | None:
    value: Any = loader.construct_object(node, deep=True)
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(node.value)


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Origin(file, mark.line + 1, mark.column + 1) if mark else Origin(file)
    said = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(str(place), "", f"not YAML: {said}")
