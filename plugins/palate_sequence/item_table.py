"""What represents an item in a network: a free vector, its projected text vector, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Items = Literal["ids", "vectors", "delta"]


def item_table(
    items: Items,
    n_items: int,
    dimensions: int,
    vectors: NDArray[np.float32] | None,
    known: NDArray[np.bool_],
    bound: float,
) -> torch.nn.Module:
    """A module that gives float32[items, dimensions], one row an item.

    `ids`: a free vector each. `vectors`: a learned projection of the item's text vector. `delta`: that plus a
    free correction no longer than `bound` times the projection's mean length; items that are not `known`
    (bool[items]: they have an event) get no correction, and are what their text says.
    """
    import torch

    class Ids(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.free = torch.nn.Parameter(torch.empty(n_items, dimensions).normal_(0, 0.02))

        def forward(self) -> torch.Tensor:
            return self.free

    class Text(torch.nn.Module):
        def __init__(self, corrected: bool) -> None:
            super().__init__()
            frozen = torch.from_numpy(scaled(vectors))
            self.register_buffer("text", frozen, persistent=False)
            self.project = torch.nn.Linear(frozen.shape[1], dimensions, bias=False)
            torch.nn.init.normal_(self.project.weight, 0, 0.02)
            mask = torch.from_numpy(known.astype(np.float32))[:, None]
            self.register_buffer("known", mask, persistent=False)
            self.free = torch.nn.Parameter(torch.zeros(n_items, dimensions)) if corrected else None

        def forward(self) -> torch.Tensor:
            text: Any = self.text
            mask: Any = self.known
            projected: torch.Tensor = self.project(text)
            if self.free is None:
                return projected
            longest: torch.Tensor = bound * projected.detach().norm(dim=1).mean()
            length = self.free.norm(dim=1, keepdim=True).clamp_min(1e-12)
            found: torch.Tensor = projected + mask * self.free * (longest / length).clamp_max(1.0)
            return found

    return Ids() if items == "ids" else Text(items == "delta")


def scaled(vectors: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """The vectors divided so that an entry has the mean square 1."""
    given = np.zeros((0, 1), np.float32) if vectors is None else vectors
    size = float(np.sqrt(np.mean(np.square(given, dtype=np.float64)))) if given.size else 1.0
    return np.ascontiguousarray(given / np.float32(size or 1.0), np.float32)
