"""Reading blocks: the component that a name or a mapping with `use` asks for, its options checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from palate.components.kinds import article
from palate.errors import PalateError, Problem, closest
from palate.recipe.grammar import Place, join
from palate.recipe.model import Block
from palate.recipe.scalars import DIGITS
from palate.recipe.yaml import Node, Origin, cut
from palate.registry import Registry

Found = tuple[Block | None, ...]
"""The blocks at a place; None for one with a problem."""

BROKEN: Found = (None,)
DEEPEST_CUTOFF = 100_000


@dataclass
class BlockReader:
    """Makes blocks of nodes, and notes every problem with its place."""

    registry: Registry
    problems: list[Problem] = field(default_factory=list)

    def say(self, node: Node | Origin, path: str, message: str) -> None:
        where = node if isinstance(node, Origin) else node.origin
        self.problems.append(Problem(str(where), path, message))

    def keys(self, node: Node, path: str, known: Sequence[str]) -> frozenset[str]:
        """Every key of the mapping must be known; those that misspelt ones seem to mean."""
        meant = set()
        for key in node.mapping:
            if key not in known:
                place = node.keys.get(key, node.origin)
                near = closest(key, known)
                self.say(place, join(path, key), f"unknown key.{near} Here may stand {', '.join(known)}.")
                meant |= {other for other in known if repr(other) in near}
        return frozenset(meant - set(node.mapping))

    def place(self, place: Place, node: Node | None, within: Node, path: str) -> Found:
        """What stands at a place of the grammar, or its default; a problem where it must not be empty.

        `within` is the mapping in which the place is, `path` where the place stands.
        """
        if node is None or node.value is None:
            if place.required:
                some = ", ".join(self.registry.names(place.kind))
                self.say(node or within, path, f"is required: {article(place.kind)}, one of {some}")
                return BROKEN
            return self.usual(place, node or within, path)
        if place.off and node.value == place.off:
            return ()
        if place.many and isinstance(node.value, list):
            return tuple(
                self.block(child, place.kind, f"{path}[{at}]") for at, child in enumerate(node.value)
            )
        return (self.block(node, place.kind, path),)

    def usual(self, place: Place, within: Node, path: str) -> Found:
        """What stands where the key is left out, as far as it is installed."""
        names = [name for name in place.default if cutoff(name)[0] in self.registry.names(place.kind)]
        return tuple(self.block(Node(name, within.origin), place.kind, path) for name in names)

    def block(self, node: Node, kind: str, path: str) -> Block | None:
        use = node if isinstance(node.value, str) else node.mapping.get("use")
        if use is None or not isinstance(use.value, str):
            said = f"must be the name of {article(kind)}, or a mapping with `use`; got {node.shown}"
            self.say(node, path, said)
            return None
        name, given = cutoff(use.value) if kind == "metric" else (use.value, {})
        wrong_cutoff = self.wrong_cutoff(use.value, node, given) if kind == "metric" else ""
        if wrong_cutoff:
            self.say(use, path, wrong_cutoff)
            return None
        try:
            component = self.registry.find(kind, name)
        except PalateError as error:
            self.say(use, path, str(error))
            return None
        options = {key: child.written() for key, child in node.mapping.items() if key != "use"}
        resolved, wrong = component.check(given | options)
        for option, message in wrong.items():
            place = _within(node, option, of_key="has no option" in message)
            self.say(place or use, join(path, _indexed(option)), _without_place(option, message))
        for part in (component,) if wrong else component.whole(resolved):
            if part.missing:
                self.say(use, path, part.how_to_install())
        block = Block(component, resolved, _label(component.name, options, resolved))
        return None if wrong or not self.makes(block, use, path) else block

    def wrong_cutoff(self, text: str, node: Node, given: dict[str, Any]) -> str:
        """What is wrong with how many items a metric is to look at, in words."""
        name, at, behind = text.partition("@")
        if at and not given and name in self.registry.names("metric"):
            return f"behind @ stands how many items are looked at, as in {name}@10; got {cut(behind)}"
        k = node.mapping["k"].value if "k" in node.mapping else given.get("k", 0)
        if isinstance(k, int) and k > DEEPEST_CUTOFF:
            return f"a metric looks at {DEEPEST_CUTOFF} items of a ranking at most; got {cut(k)}"
        return ""

    def makes(self, block: Block, use: Node, path: str) -> bool:
        """Whether the component takes its options together, which only it can tell."""
        if any(part.missing for part in block.component.whole(block.options)):
            return True
        try:
            block.make()
        except PalateError as error:
            self.say(use, path, str(error))
            return False
        return True


def cutoff(text: str) -> tuple[str, dict[str, Any]]:
    """`ndcg@10` as (`ndcg`, {k: 10})."""
    name, at, k = text.partition("@")
    return (name, {"k": int(k[:DIGITS])}) if at and re.fullmatch("[0-9]+", k) else (text, {})


def _label(name: str, options: dict[str, Any], resolved: dict[str, Any]) -> str:
    """What a metric is called in tables: `ndcg@10`, with the options that were given behind it."""
    k = resolved.get("k")
    given = {key: value for key, value in options.items() if key != "k"}
    behind = f"({', '.join(f'{key}={_shown(value)}' for key, value in given.items())})" if given else ""
    return f"{name}@{k}{behind}" if k is not None else f"{name}{behind}"


def _shown(value: Any) -> str:
    """A value of an option; a component that it holds as `ease(l2=300)`."""
    if isinstance(value, list):
        return f"[{', '.join(_shown(each) for each in value)}]"
    if not isinstance(value, dict) or not isinstance(value.get("use"), str):
        return str(value)
    inside = ", ".join(f"{key}={_shown(each)}" for key, each in value.items() if key != "use")
    return f"{value['use']}({inside})" if inside else str(value["use"])


def _within(node: Node, option: str, of_key: bool) -> Node | Origin | None:
    """Where a dotted place of the options is written, or the nearest place above it; `of_key`: its key."""
    found: Node | Origin | None = None
    for part in option.split("."):
        if isinstance(node.value, list):
            inside = node.value[int(part)] if part.isdigit() and int(part) < len(node.value) else None
        else:
            inside = node.mapping.get(part)
        if inside is None:
            return found
        found = node.keys.get(part, inside.origin) if of_key else inside
        node = inside
    return found


def _indexed(option: str) -> str:
    """`exclude.0.attribute` as a recipe's path: `exclude[0].attribute`."""
    return re.sub(r"\.([0-9]+)(?=\.|$)", r"[\1]", option)


def _without_place(option: str, message: str) -> str:
    """The message without the option's name at its head, which the path says already."""
    parts = option.split(".")
    for at in range(len(parts)):
        place = ".".join(parts[at:])
        for head in (f"{place} ", f"{place}: "):
            if message.startswith(head):
                return message.removeprefix(head)
    return message
