"""A recipe that has been checked: every block names an installed component and fits its options."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from palate.components.component import Component
from palate.recipe.yaml import Node

CORE_KEYS = ("recipe", "name", "seed", "data", "branches", "fuse", "fallback", "rerank", "top", "evaluate")


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
class View:
    """One of several texts of an item, with its own encoder and transforms.

    Without a `text` it reads its branch's. `weight` says how much it counts beside the others.
    """

    encode: Block
    text: tuple[Block, ...] = ()
    transform: tuple[Block, ...] = ()
    weight: float = 1.0

    def plain(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"text": [block.plain() for block in self.text]} if self.text else {}
        parts |= {"use": self.encode.name, **self.encode.options}
        return parts | {"transform": [block.plain() for block in self.transform], "weight": self.weight}


@dataclass(frozen=True)
class Branch:
    """One way from the data to scores. It has one encoder, or several views, or neither."""

    name: str
    rank: Block
    text: tuple[Block, ...] = ()
    encode: Block | None = None
    transform: tuple[Block, ...] = ()
    aggregate: Block | None = None
    views: tuple[View, ...] = ()
    retrieve: Block | None = None

    @property
    def has_vectors(self) -> bool:
        return self.encode is not None or bool(self.views)

    def plain(self) -> dict[str, Any]:
        parts: dict[str, Any] = {"text": [block.plain() for block in self.text]}
        parts["encode"] = self.encode.plain() if self.encode else [view.plain() for view in self.views]
        parts["transform"] = [block.plain() for block in self.transform]
        parts["aggregate"] = self.aggregate and self.aggregate.plain()
        parts["retrieve"] = self.retrieve and self.retrieve.plain()
        return {key: value for key, value in parts.items() if value} | {"rank": self.rank.plain()}


@dataclass(frozen=True)
class Recipe:
    """A whole recipe. `tree` is what was written, with the place of every value."""

    name: str
    seed: int
    source: Block
    clean: tuple[Block, ...]
    split: Block
    branches: tuple[Branch, ...]
    fuse: Block | None
    fallback: Block | None
    rerank: tuple[Block, ...]
    top: int
    evaluate: tuple[Block, ...]
    tree: Node = field(repr=False, compare=False)

    def plain(self) -> dict[str, Any]:
        """The recipe with nothing left out, as plain values in the order of the grammar."""
        parts: dict[str, Any] = {"recipe": 1, "name": self.name, "seed": self.seed}
        parts["data"] = {
            "source": self.source.plain(),
            "clean": [block.plain() for block in self.clean],
            "split": self.split.plain(),
        }
        parts["branches"] = {branch.name: branch.plain() for branch in self.branches}
        parts["fuse"] = self.fuse and self.fuse.plain()
        parts["fallback"] = self.fallback and self.fallback.plain()
        parts["rerank"] = [block.plain() for block in self.rerank]
        parts |= {"top": self.top, "evaluate": [block.plain() for block in self.evaluate]}
        return {key: value for key, value in parts.items() if value not in (None, [])}
