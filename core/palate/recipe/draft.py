"""A recipe while it is checked: what is written, as far as it could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from palate.recipe.grammar import below
from palate.recipe.model import Block


@dataclass(frozen=True)
class Draft:
    """The blocks of one mapping of a recipe: of all outside branches, of a branch or of a view.

    `path` is where it stands, `row` the same in the grammar. None stands for a block with a problem:
    it counts as there, so that one mistake is one problem, and nothing more is asked of it.
    """

    path: str
    row: str
    blocks: Mapping[str, tuple[Block | None, ...]]
    views: tuple[Draft, ...] = ()
    weight: float = 1.0
    name: str = ""

    @property
    def sound(self) -> bool:
        """Whether no block has a problem."""
        whole = all(block is not None for blocks in self.blocks.values() for block in blocks)
        return whole and all(view.sound for view in self.views)

    @property
    def valid(self) -> dict[str, tuple[Block, ...]]:
        """The blocks without problems, but for empty places."""
        found = {key: tuple(block for block in blocks if block) for key, blocks in self.blocks.items()}
        return {key: blocks for key, blocks in found.items() if blocks}

    def states(self, key: str) -> bool:
        """Whether anything is written at a place, right or wrong."""
        return bool(self.blocks.get(key)) or (key == "encode" and bool(self.views))

    def gives(self, what: str) -> bool:
        """Whether a place that gives this is filled: `text`, `vectors` or `interests`."""
        return any(place.gives == what and self.states(place.key) for place in below(self.row))

    def one(self, key: str) -> Block | None:
        """The block at a place, if there is one without a problem."""
        return next((block for block in self.blocks.get(key, ()) if block), None)
