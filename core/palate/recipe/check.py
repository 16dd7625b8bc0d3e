"""From a tree to a checked recipe: every problem found, each with its place, before anything is computed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from palate.errors import PalateError, Problem, RecipeError, closest
from palate.recipe.model import CORE_KEYS, Block, Branch, Recipe, View
from palate.recipe.needs import unmet
from palate.recipe.search import refusal, spaces
from palate.recipe.yaml import Node, Origin
from palate.registry import Registry

DEFAULT_METRICS = ("ndcg@10", "recall@20", "coverage@10")
_BRANCH_KEYS = ("text", "encode", "transform", "aggregate", "retrieve", "rank")
VIEW_KEYS = ("text", "transform", "weight")
VIEW_TRANSFORM = ("center", "l2")
"""What is done to a view whose transforms are not said, so that views of any length can be weighed."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check(tree: Node, registry: Registry) -> Recipe:
    """The recipe, or RecipeError with all that is wrong with it; search spaces are for tuning only."""
    searched = [space for space, _ in spaces(tree)]
    if searched:
        raise RecipeError([refusal(searched)])
    return _Check(tree, registry).recipe()


@dataclass
class _Check:
    tree: Node
    registry: Registry
    problems: list[Problem] = field(default_factory=list)

    def recipe(self) -> Recipe:
        self.keys(self.tree, "", CORE_KEYS)
        data = self.part(self.tree, "data")
        self.keys(data, "data", ("source", "clean", "split"))
        source = self.required(data, "data.source", "source")
        split = self.required(data, "data.split", "splitter")
        clean = self.blocks(data.mapping.get("clean"), "cleaner", "data.clean")
        branches = self.branches()
        fuse = self.optional(self.tree.mapping.get("fuse"), "fuser", "fuse")
        top = self.number("top", 20, 1, 1000)
        recipe: dict[str, Any] = {
            "name": self.name(),
            "seed": self.number("seed", 0, 0, 2**32 - 1),
            "fallback": self.fallback(),
            "rerank": self.blocks(self.tree.mapping.get("rerank"), "reranker", "rerank"),
            "evaluate": self.metrics(),
        }
        self.version()
        self.fusing(branches, fuse)
        self.problems += unmet(self.tree, source, split, branches, fuse, recipe["evaluate"], recipe["rerank"])
        if self.problems or source is None or split is None:
            raise RecipeError(sorted(self.problems, key=_place))
        return Recipe(
            source=source,
            split=split,
            clean=clean,
            branches=branches,
            fuse=fuse,
            top=top,
            tree=self.tree,
            **recipe,
        )

    def say(self, node: Node | Origin, path: str, message: str) -> None:
        where = node if isinstance(node, Origin) else node.origin
        self.problems.append(Problem(str(where), path, message))

    def keys(self, node: Node, path: str, known: Iterable[str]) -> None:
        """Every key of the mapping must be known."""
        for key in node.mapping:
            if key not in known:
                place = node.keys.get(key, node.origin)
                near = closest(key, known)
                self.say(place, _join(path, key), f"unknown key.{near} Here may stand {', '.join(known)}.")

    def part(self, node: Node, key: str) -> Node:
        """The mapping under this key, or an empty one and a problem."""
        found = node.mapping.get(key)
        if found is None:
            self.say(node, key, "is required")
            return Node({}, node.origin)
        if not isinstance(found.value, dict):
            self.say(found, key, f"must be a mapping; got {found.plain()!r}")
            return Node({}, found.origin)
        return found

    def required(self, node: Node, path: str, kind: str) -> Block | None:
        found = node.mapping.get(path.rsplit(".", 1)[-1])
        if found is None:
            some = ", ".join(self.registry.names(kind))
            self.say(node, path, f"is required: a {kind}, one of {some}")
            return None
        return self.block(found, kind, path)

    def optional(self, node: Node | None, kind: str, path: str) -> Block | None:
        return None if node is None or node.value is None else self.block(node, kind, path)

    def blocks(self, node: Node | None, kind: str, path: str) -> tuple[Block, ...]:
        """One block or a list of blocks."""
        if node is None or node.value is None:
            return ()
        if not isinstance(node.value, list):
            block = self.block(node, kind, path)
            return (block,) if block else ()
        found = [self.block(child, kind, f"{path}[{at}]") for at, child in enumerate(node.value)]
        return tuple(block for block in found if block)

    def block(self, node: Node, kind: str, path: str) -> Block | None:
        """The component that a name or a mapping with `use` asks for, its options checked."""
        use = node if isinstance(node.value, str) else node.mapping.get("use")
        if use is None or not isinstance(use.value, str):
            self.say(
                node, path, f"must be the name of a {kind}, or a mapping with `use`; got {node.plain()!r}"
            )
            return None
        name, cutoff = _cutoff(use.value) if kind == "metric" else (use.value, {})
        try:
            component = self.registry.find(kind, name)
        except PalateError as error:
            self.say(use, path, str(error))
            return None
        options = {key: child.plain() for key, child in node.mapping.items() if key != "use"}
        resolved, wrong = component.check(cutoff | options)
        for option, message in wrong.items():
            place = _within(node, option, of_key="has no option" in message)
            self.say(place or node, _join(path, option), message)
        for part in (component,) if wrong else component.whole(resolved):
            if part.missing:
                self.say(use, path, part.how_to_install())
        return (
            None if wrong else Block(component, resolved, _label(component.name, cutoff, options, resolved))
        )

    def branches(self) -> tuple[Branch, ...]:
        parts = self.part(self.tree, "branches")
        found = [self.branch(name, node) for name, node in parts.mapping.items()]
        if isinstance(self.tree.mapping.get("branches", Node(None, parts.origin)).value, dict) and not found:
            self.say(parts, "branches", "needs at least one branch")
        return tuple(branch for branch in found if branch)

    def branch(self, name: str, node: Node) -> Branch | None:
        path = f"branches.{name}"
        if not _NAME.fullmatch(name):
            self.say(node, path, "a branch's name has letters, digits, - and _ only")
        if not isinstance(node.value, dict):
            self.say(node, path, f"must be a mapping with at least `rank`; got {node.plain()!r}")
            return None
        self.keys(node, path, _BRANCH_KEYS)
        parts = node.mapping
        rank = self.required(node, f"{path}.rank", "ranker")
        text = self.blocks(parts.get("text"), "preprocessor", f"{path}.text")
        encode, views = self.encoders(parts.get("encode"), f"{path}.encode")
        transform = self.blocks(parts.get("transform"), "transform", f"{path}.transform")
        aggregate = self.optional(parts.get("aggregate"), "aggregator", f"{path}.aggregate")
        retrieve = self.optional(parts.get("retrieve"), "index", f"{path}.retrieve")
        return Branch(name, rank, text, encode, transform, aggregate, views, retrieve) if rank else None

    def encoders(self, node: Node | None, path: str) -> tuple[Block | None, tuple[View, ...]]:
        """One encoder, or a list of views."""
        if node is None or not isinstance(node.value, list):
            return self.optional(node, "encoder", path), ()
        if not node.value:
            self.say(node, path, "needs an encoder, or at least one view")
        views = [self.view(child, f"{path}[{at}]") for at, child in enumerate(node.value)]
        return None, tuple(view for view in views if view)

    def view(self, node: Node, path: str) -> View | None:
        own = {key: child for key, child in node.mapping.items() if key not in VIEW_KEYS}
        encode = self.block(replace(node, value=own) if node.mapping else node, "encoder", path)
        text = self.blocks(node.mapping.get("text"), "preprocessor", f"{path}.text")
        known = self.registry.names("transform")
        usual = Node([Node(name, node.origin) for name in VIEW_TRANSFORM if name in known], node.origin)
        given = node.mapping.get("transform", usual)
        transform = self.blocks(given, "transform", f"{path}.transform")
        weight = node.mapping.get("weight", Node(1.0, node.origin))
        share = weight.value if isinstance(weight.value, (int, float)) else 0
        if isinstance(share, bool) or not 0 < share < math.inf:
            self.say(weight, f"{path}.weight", f"must be a number greater than 0; got {weight.plain()!r}")
        return View(encode, text, transform, float(share)) if encode else None

    def metrics(self) -> tuple[Block, ...]:
        node = self.tree.mapping.get("evaluate")
        if node is None:
            known = self.registry.names("metric")
            names = [Node(name, self.tree.origin) for name in DEFAULT_METRICS if _cutoff(name)[0] in known]
            node = Node(names, self.tree.origin)
        found = self.blocks(node, "metric", "evaluate")
        labels = [block.label for block in found]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            self.say(node, "evaluate", f"{label} stands twice")
        return found

    def fallback(self) -> Block | None:
        node = self.tree.mapping.get("fallback")
        if node is None and "popularity" in self.registry.names("ranker"):
            node = Node("popularity", self.tree.origin)
        if node is None or node.value in (None, "none"):
            return None
        return self.block(node, "ranker", "fallback")

    def name(self) -> str:
        node = self.tree.mapping.get("name")
        if node is None:
            return "recipe"
        if not isinstance(node.value, str) or not _NAME.fullmatch(node.value):
            self.say(node, "name", f"has letters, digits, - and _ only; got {node.plain()!r}")
        return str(node.value)

    def number(self, key: str, default: int, low: int, high: int) -> int:
        node = self.tree.mapping.get(key)
        if node is None:
            return default
        if not isinstance(node.value, int) or isinstance(node.value, bool) or not low <= node.value <= high:
            self.say(node, key, f"must be a whole number from {low} to {high}; got {node.plain()!r}")
            return default
        return node.value

    def version(self) -> None:
        node = self.tree.mapping.get("recipe")
        if node is None:
            self.say(self.tree, "recipe", "is required: the version of the grammar, `recipe: 1`")
        elif node.value != 1 or isinstance(node.value, bool):
            self.say(node, "recipe", f"must be 1, the version of the grammar; got {node.plain()!r}")

    def fusing(self, branches: tuple[Branch, ...], fuse: Block | None) -> None:
        node = self.tree.mapping.get("fuse", self.tree)
        if len(branches) > 1 and "fuse" not in self.tree.mapping:
            some = ", ".join(self.registry.names("fuser"))
            self.say(self.tree, "fuse", f"{len(branches)} branches need one way to be fused, one of {some}")
        if fuse is None or fuse.component.missing:
            return
        try:
            component = fuse.make()
            if hasattr(component, "check_branches"):
                component.check_branches([branch.name for branch in branches])
        except PalateError as error:
            self.say(node, "fuse", str(error))


def _cutoff(text: str) -> tuple[str, dict[str, Any]]:
    """`ndcg@10` as (`ndcg`, {k: 10})."""
    name, at, k = text.partition("@")
    return (name, {"k": int(k)}) if at and k.isdigit() else (text, {})


def _label(name: str, cutoff: dict[str, Any], options: dict[str, Any], resolved: dict[str, Any]) -> str:
    """What a metric is called in tables: `ndcg@10`, with the options that were given behind it."""
    k = resolved.get("k")
    given = {key: value for key, value in options.items() if key != "k"}
    behind = f"({', '.join(f'{key}={value}' for key, value in given.items())})" if given else ""
    return f"{name}@{k}{behind}" if k is not None else f"{name}{behind}"


def _within(node: Node, option: str, of_key: bool) -> Node | Origin | None:
    """Where an option stands that may lie in a component which another option holds; `of_key`: its key."""
    *above, last = option.split(".")
    for name in above:
        if name not in node.mapping:
            return None
        node = node.mapping[name]
    found = node.mapping.get(last)
    return (node.keys.get(last) if found and of_key else found) or (node if above else None)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path and key else path or key


def _place(problem: Problem) -> tuple[str, list[int]]:
    file, *numbers = problem.where.rsplit(":", 2)
    return file, [int(number) for number in numbers if number.isdigit()]
