"""The grammar of a search space: `{search: log, low: 1, high: 5000}`."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from palate.errors import Problem, closest
from palate.recipe.grammar import SEARCHABLE
from palate.recipe.yaml import Node

KEYS = {
    "log": ("low", "high", "points"),
    "float": ("low", "high", "step", "points"),
    "int": ("low", "high", "step", "points"),
    "choice": ("values",),
}
POINTS = 5
MOST_POINTS = 20


@dataclass(frozen=True)
class Space:
    """One place of a recipe with what may stand there.

    `path` is the dotted place, `kind` one of `KEYS`. Numbers have `low`, `high` and perhaps a `step`;
    a choice has `values`, each a value, a block or null, which may hold spaces of their own.
    """

    path: str
    kind: str
    node: Node
    low: float = 0
    high: float = 0
    step: float | None = None
    points: int = POINTS
    values: tuple[Node, ...] = ()

    @property
    def endless(self) -> bool:
        """Whether it has more values than could ever be tried, so that none is likely to come twice."""
        return self.kind in ("log", "float") and self.step is None

    def name(self, value: Node) -> str:
        """What to call one value of a choice: the component's name where that is enough."""
        names = [_name(other) for other in self.values]
        return _name(value) if names.count(_name(value)) == 1 else _text(value)

    def extremes(self) -> tuple[Node, ...]:
        """Values that tell whether all would do: the bounds, or every value of a choice."""
        if self.kind == "choice":
            return self.values
        return tuple(Node(self.number(self.node.mapping[key].value), self.node.mapping[key].origin)
                     for key in ("low", "high"))  # fmt: skip

    def number(self, value: Any) -> float:
        return int(value) if self.kind == "int" else float(value)

    def node_of(self, value: Any) -> Node:
        """What stands in the recipe for a value: a number, or the name of one value of a choice.

        Fractions are rounded to 6 digits, so that a recipe can be read, and kept within the bounds.
        """
        if self.kind == "choice":
            return next(node for node in self.values if self.name(node) == value)
        if self.kind == "int":
            return Node(int(value), self.node.origin)
        return Node(min(max(float(f"{value:.6g}"), float(self.low)), float(self.high)), self.node.origin)

    def grid(self) -> tuple[Any, ...]:
        """The values a grid has of it, evenly apart, on a logarithmic scale for `log`."""
        if self.kind == "choice":
            return tuple(self.name(value) for value in self.values)
        step = self.step or (1 if self.kind == "int" else None)
        if step is not None:
            count = int((self.high - self.low) / step + 1e-9) + 1
            if self.step is not None or count <= self.points:
                return tuple(self.number(self.low + at * step) for at in range(count))
        to, back = (math.log, math.exp) if self.kind == "log" else (float, float)
        span = to(self.high) - to(self.low)
        inner = [back(to(self.low) + span * at / (self.points - 1)) for at in range(1, self.points - 1)]
        found = [self.low, *inner, self.high]
        return tuple(dict.fromkeys(self.number(round(x) if self.kind == "int" else x) for x in found))


def read(node: Node, path: str) -> tuple[Space, list[Problem]]:
    """The space that is written in a node, and what is wrong with it."""
    parts, found = node.mapping, []

    def say(key: str, message: str) -> None:
        place = parts[key].origin if key in parts else node.origin
        found.append(Problem(str(place), path, message))

    kind = parts["search"].value
    if not isinstance(kind, str) or kind not in KEYS:
        near = closest(kind, KEYS) if isinstance(kind, str) else ""
        if isinstance(kind, list):
            near = " Values to choose from are written {search: choice, values: [...]}."
        say("search", f"search must be one of {', '.join(KEYS)}; got {parts['search'].shown}.{near}")
        return Space(path, "choice", node), found
    if path and path.split(".")[0].split("[")[0].split("(")[0] not in SEARCHABLE:
        say("search", f"cannot be searched: only what is under {', '.join(SEARCHABLE)} can, since "
            "data, split and metrics must be the same for all that is compared")  # fmt: skip
    for key in parts:
        if key not in ("search", *KEYS[kind]):
            near = closest(key, KEYS[kind])
            say(key, f"a {kind} search has no {key!r}.{near} It has {', '.join(KEYS[kind])}.")
    if kind == "choice":
        values = parts.get("values")
        options = tuple(values.value) if values and isinstance(values.value, list) else ()
        if not options:
            say("values", "a choice needs `values`, a list of what may stand here")
        space = Space(path, kind, node, values=options)
        texts = [_text(value) for value in options]
        for text in sorted({text for text in texts if texts.count(text) > 1}):
            say("values", f"{text} stands twice among the values")
        return space, found
    numbers = {key: _number(parts.get(key), kind) for key in ("low", "high", "step", "points")}
    for key in ("low", "high"):
        if key not in parts:
            say("search", f"a {kind} search needs `{key}`")
    for key, number in numbers.items():
        if key in parts and number is None:
            wanted = "a whole number" if kind == "int" or key == "points" else "a number"
            say(key, f"{key} must be {wanted}; got {parts[key].plain()!r}")
    _bounds(kind, numbers, say)
    low, high = numbers["low"], numbers["high"]
    points = int(numbers["points"] or (MOST_POINTS if kind == "int" else POINTS))
    return Space(path, kind, node, low or 0, high or 0, numbers["step"], points), found


def _bounds(kind: str, numbers: dict[str, float | None], say: Callable[[str, str], None]) -> None:
    low, high, step, points = (numbers[key] for key in ("low", "high", "step", "points"))
    if kind == "log" and low is not None and low <= 0:
        say("low", f"a log search needs low greater than 0; got {low:g}")
    if low is not None and high is not None and low >= high:
        say("low", f"low must be less than high; got low {low:g} and high {high:g}")
    if step is not None and step <= 0:
        say("step", f"step must be greater than 0; got {step:g}")
    elif step is not None and low is not None and high is not None and low < high and step > high - low:
        say("step", f"step must be at most high - low, {high - low:g}; got {step:g}")
    if points is not None and points < 2:
        say("points", f"points must be 2 or more; got {points:g}")


def _number(node: Node | None, kind: str) -> float | None:
    value = None if node is None else node.value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return None if kind == "int" and not isinstance(value, int) else value


def _name(node: Node) -> str:
    use = node.mapping.get("use")
    return str(use.value) if use is not None else _text(node)


def _text(node: Node) -> str:
    from palate.recipe.origins import flow

    return flow(node.plain())
