"""A recipe that has been checked: every block names an installed component and fits its options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from palate.components.component import Component
from palate.recipe.grammar import BRANCH, VIEW, Place, below
from palate.recipe.yaml import Node


@dataclass(frozen=True)
class Block:
    """One component as a recipe asks for it, with all its options."""

    component: Component
    options: dict[str, Any]
    label: str = ""

    @property
    def name(self) -> str:
        return self.component.name

    def make(self) -> Any:
        """A new instance."""
        return self.component.make(self.options)

    def plain(self) -> Any:
        """As it would be written in a recipe with nothing left out."""
        return {"use": self.name, **self.options} if self.options else self.name

    @property
    def needs(self) -> frozenset[str]:
        """What it cannot work without, and what the components that its options hold cannot."""
        return frozenset().union(*(component.needs for component in self.component.whole(self.options)))

    def identity(self) -> list[Any]:
        """What makes its result what it is: kind, name, code, and options but those for speed only.

        A component that an option holds stands there with its own identity.
        """
        component = self.component
        speed: frozenset[str] = getattr(component.cls, "only_speed", frozenset())
        options = {name: value for name, value in self.options.items() if name not in speed}
        for name, (held, inside) in component.held(options).items():
            options[name] = Block(held, inside).identity()
        return [component.kind, component.name, component.distribution, component.code, options]


@dataclass(frozen=True)
class Blocks:
    """The blocks of one mapping of a recipe, by key: a tuple for each place that is not empty."""

    blocks: Mapping[str, tuple[Block, ...]]

    def all(self, key: str) -> tuple[Block, ...]:
        """The blocks at a place, none where it is empty."""
        return self.blocks.get(key, ())

    def one(self, key: str) -> Block | None:
        """The block at a place that has room for one."""
        return next(iter(self.all(key)), None)

    def required(self, key: str) -> Block:
        """The block at a place that is never empty."""
        return self.all(key)[0]

    def written(self, place: Place, key: str = "") -> Any:
        """What stands at a place as it would be written; None for what can be left out."""
        plain = [block.plain() for block in self.all(key or place.key)]
        if place.many:
            return plain if plain or place.default else None
        return plain[0] if plain else place.off or None


@dataclass(frozen=True)
class Encoding(Blocks):
    """What makes vectors of texts: a branch with one encoder, or a view."""

    @property
    def text(self) -> tuple[Block, ...]:
        return self.all("text")

    @property
    def transform(self) -> tuple[Block, ...]:
        return self.all("transform")

    @property
    def finetune(self) -> Block | None:
        return self.one("finetune")

    @property
    def objectives(self) -> tuple[Block, ...]:
        return self.all("objectives")


@dataclass(frozen=True)
class View(Encoding):
    """One of several texts of an item, with its own encoder and transforms.

    Without a `text` it reads its branch's. `weight` says how much it counts beside the others.
    """

    weight: float = 1.0

    @property
    def encode(self) -> Block:
        return self.required("encode")

    def plain(self) -> dict[str, Any]:
        parts = {place.key: self.written(place) for place in below(VIEW, components=True)}
        own = {key: value for key, value in parts.items() if value is not None}
        return {"use": self.encode.name, **self.encode.options, **own, "weight": self.weight}


@dataclass(frozen=True)
class Branch(Encoding):
    """One way from the data to scores. It has one encoder, or several views, or neither."""

    name: str = ""
    views: tuple[View, ...] = ()

    @property
    def rank(self) -> Block:
        return self.required("rank")

    @property
    def encode(self) -> Block | None:
        return self.one("encode")

    @property
    def aggregate(self) -> Block | None:
        return self.one("aggregate")

    @property
    def retrieve(self) -> Block | None:
        return self.one("retrieve")

    @property
    def has_vectors(self) -> bool:
        return self.encode is not None or bool(self.views)

    def plain(self) -> dict[str, Any]:
        parts = {place.key: self.written(place) for place in below(BRANCH, components=True)}
        if self.views:
            parts["encode"] = [view.plain() for view in self.views]
        return {key: value for key, value in parts.items() if value is not None}


@dataclass(frozen=True)
class Recipe(Blocks):
    """A whole recipe: the blocks outside branches by their path, such as `data.source`, and the branches.

    `values` are the core's own, such as `seed`; `tree` is what was written, with the place of every value.
    """

    values: Mapping[str, Any]
    branches: tuple[Branch, ...]
    tree: Node = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def seed(self) -> int:
        return int(self.values["seed"])

    @property
    def top(self) -> int:
        """How many items a user gets."""
        return int(self.values["top"])

    @property
    def asks_each_event(self) -> bool:
        """Whether every event of the part that is evaluated is a question, not every user."""
        return bool(self.values["ask"] == "each-event")

    @property
    def source(self) -> Block:
        return self.required("data.source")

    @property
    def clean(self) -> tuple[Block, ...]:
        return self.all("data.clean")

    @property
    def feedback(self) -> Block | None:
        return self.one("data.feedback")

    @property
    def split(self) -> Block:
        return self.required("data.split")

    @property
    def fuse(self) -> Block | None:
        return self.one("fuse")

    @property
    def fallback(self) -> Block | None:
        return self.one("fallback")

    @property
    def rerank(self) -> tuple[Block, ...]:
        return self.all("rerank")

    @property
    def evaluate(self) -> tuple[Block, ...]:
        return self.all("evaluate")

    def walk(self) -> Iterator[Block]:
        """Every block of the recipe."""
        views = [view for branch in self.branches for view in branch.views]
        for part in (self, *self.branches, *views):
            for blocks in part.blocks.values():
                yield from blocks

    def plain(self) -> dict[str, Any]:
        """The recipe with nothing left out, as plain values in the order of the grammar."""
        found = {place.path: self._plain(place) for place in below("")}
        return {key: value for key, value in found.items() if value is not None}

    def _plain(self, place: Place) -> Any:
        if place.path == "branches":
            return {branch.name: branch.plain() for branch in self.branches}
        if place.kind:
            return self.written(place, place.path)
        inside = below(place.path)
        if not inside:
            return self.values.get(place.path)
        found = {each.key: self.written(each, each.path) for each in inside}
        return {key: value for key, value in found.items() if value is not None}
