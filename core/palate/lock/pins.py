"""Which distribution each component of a recipe is from, and its version."""

from __future__ import annotations

from dataclasses import dataclass

from palate import __version__
from palate.recipe.model import Recipe


@dataclass(frozen=True)
class Pins:
    """`plugins` are versions by distribution, palate's own among them; `components` are the
    distributions by kind and name, such as `ranker ease`.
    """

    plugins: dict[str, str]
    components: dict[str, str]


def pins(recipe: Recipe) -> Pins:
    """Those of what is installed now."""
    found = [component for block in recipe.walk() for component in block.component.whole(block.options)]
    return Pins(
        {"palate": __version__, **dict(sorted({each.distribution: each.version for each in found}.items()))},
        dict(sorted({f"{each.kind} {each.name}": each.distribution for each in found}.items())),
    )
