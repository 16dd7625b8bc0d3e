"""Which distribution each component of a recipe is from, and its version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from palate import __version__
from palate.recipe.model import Block, Recipe


@dataclass(frozen=True)
class Pins:
    """`plugins` are versions by distribution, palate's own among them; `components` are the
    distributions by kind and name, such as `ranker ease`.
    """

    plugins: dict[str, str]
    components: dict[str, str]


def pins(recipe: Recipe) -> Pins:
    """Those of what is installed now."""
    found = [block.component for block in _blocks(recipe)]
    return Pins(
        {"palate": __version__, **dict(sorted({each.distribution: each.version for each in found}.items()))},
        dict(sorted({f"{each.kind} {each.name}": each.distribution for each in found}.items())),
    )


def _blocks(value: Any) -> Iterator[Block]:
    """Every block in a recipe, however deep it lies."""
    if isinstance(value, Block):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _blocks(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            if item.name != "tree":
                yield from _blocks(getattr(value, item.name))
