"""What represents an item in a network: a free vector, its projected text vector, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

Items = Literal["ids", "vectors", "delta"]
BESIDE_IDS = 0.05  # the size of an entry of a text vector: Adam trains a projection of larger ones too fast


def item_table(
    items: Items,
    n_items: int,
    dimensions: int,
    vectors: NDArray[np.float32] | None,
    known: NDArray[np.bool_],
    bound: float | None,
) -> torch.nn.Module:
    """A module that gives float32[items, dimensions], one row an item.

    `ids`: a free vector each. `vectors`: a learned projection of the item's text vector. `delta`: that plus a
    free correction, with `bound` no longer than so many times the projection's mean length; items that are
    not `known` (bool[items]: they have an event) get no correction, and are what their text says.
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
            size = BESIDE_IDS if corrected and bound is None else 1.0
            frozen = torch.from_numpy(scaled(vectors) * np.float32(size))
            self.register_buffer("text", frozen, persistent=False)
            self.project = torch.nn.Linear(frozen.shape[1], dimensions, bias=False)
            torch.nn.init.normal_(self.project.weight, 0, 0.02 / size / frozen.shape[1] ** 0.5)
            mask = torch.from_numpy(known.astype(np.float32))[:, None]
            self.register_buffer("known", mask, persistent=False)
            start = torch.empty(n_items, dimensions).normal_(0, 0.02) if corrected else None
            self.free = None if start is None else torch.nn.Parameter(start)

        def forward(self) -> torch.Tensor:
            text: Any = self.text
            mask: Any = self.known
            projected: torch.Tensor = self.project(text)
            if self.free is None:
                return projected
            if bound is None:
                whole: torch.Tensor = projected + mask * self.free
                return whole
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
