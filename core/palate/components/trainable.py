"""Components whose weights are trained by gradient, together with the others of their branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sizes:
    """What the module of a trainable component is made for.

    `items` is the size of the catalogue, `width` the length of the vectors that the module gets, and `scale`
    the root mean square of their entries when training begins.
    """

    items: int
    width: int
    scale: float = 1.0


def is_trainable(component: Any) -> bool:
    """Whether a component, or its class, has weights that are trained with its branch (`Trainable`)."""
    return callable(getattr(component, "torch_module", None))


def gives_shares(component: Any) -> bool:
    """Whether the interests of an aggregator, or of its class, are weighted sums of item vectors."""
    return callable(getattr(component, "shares", None))
