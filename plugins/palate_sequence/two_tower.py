"""Two towers: a history becomes one vector, an item another, and their inner product is the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from annotated_types import Ge

from palate_sequence.ranker import NextItemRanker

if TYPE_CHECKING:
    import torch


@dataclass
class TwoTower(NextItemRanker):
    """Predicts the next item by an inner product of a user tower and an item tower.

    The item tower takes what represents an item (`items`) through `blocks` residual layers; the user tower
    takes the mean of the item tower's vectors of the last events, or their mean by attention, through as many
    layers of its own (Yi et al. 2019, "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item
    Recommendations"; the averaged history as in Covington et al. 2016). It is trained to predict each event
    from those before it. Of `loss: in-batch` the negatives are the other targets of a batch, corrected by the
    logarithm of how often each is expected there; without that correction popular items are pushed away.
    """

    name: ClassVar[str] = "two-tower"

    pooling: Literal["mean", "attention"] = "mean"
    """How a history becomes one vector: each event alike (`mean`), or by what it is and how many events
    ago it was, weights that are learned (`attention`)."""
    blocks: Annotated[int, Ge(0)] = 1
    """How many layers each tower has; 0: the vectors as they are."""

    def item_tower(self, table: torch.nn.Module) -> torch.nn.Module:
        return _item_tower(table, self.dimensions, self.blocks, self.dropout)

    def layers(self, table: torch.nn.Module) -> torch.nn.Module:
        return _user_tower(table, self)


def _item_tower(table: torch.nn.Module, width: int, blocks: int, dropout: float) -> torch.nn.Module:
    """A module that gives float32[items, d]."""
    from torch import nn

    class Items(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table, self.tower = table, _residual(width, blocks, dropout)

        def forward(self) -> torch.Tensor:
            found: torch.Tensor = self.tower(self.table())
            return found

    return Items()


def _user_tower(table: torch.nn.Module, options: TwoTower) -> torch.nn.Module:
    """A module with `table()` float32[items, d] and `forward(rows int64[n, l], table)` float32[n, l, d].

    What stands at a place is the tower of the events up to it.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    width, length = options.dimensions, options.length

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = table
            self.tower = _residual(width, options.blocks, options.dropout)
            self.norm, self.drop = nn.LayerNorm(width), nn.Dropout(options.dropout)
            if options.pooling == "attention":
                self.look, self.ago = nn.Linear(width, width), nn.Parameter(torch.zeros(length))
                self.value = nn.Linear(width, 1, bias=False)

        def forward(self, rows: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
            x = self.drop(functional.embedding(rows, items) * width**0.5)
            found: torch.Tensor = self.norm(self.tower(self._weights(x) @ x))
            return found

        def _weights(self, x: torch.Tensor) -> torch.Tensor:
            """float32[n or 1, l, l]: how much each event counts at each place; a row's sum is 1."""
            places = x.shape[1]
            before = torch.ones(places, places, dtype=torch.bool, device=x.device).tril()
            if options.pooling == "mean":
                return (before / before.sum(1, keepdim=True)).to(x.dtype)[None]
            at = torch.arange(places, device=x.device)
            ago = self.ago[(at[:, None] - at).clamp_min(0)]
            says = self.value(torch.tanh(self.look(x))).transpose(1, 2)
            return (says + ago).masked_fill(~before, float("-inf")).softmax(2).to(x.dtype)

    return Network()


def _residual(width: int, blocks: int, dropout: float) -> torch.nn.Module:
    """Residual layers x + W2 gelu(W1 norm(x)), `blocks` of them; they begin as nearly the identity."""
    from torch import nn

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm, self.first = nn.LayerNorm(width), nn.Linear(width, 2 * width)
            self.drop, self.second = nn.Dropout(dropout), nn.Linear(2 * width, width)
            nn.init.normal_(self.second.weight, 0, 0.02 / width**0.5)
            nn.init.zeros_(self.second.bias)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            added: Any = self.second(self.drop(nn.functional.gelu(self.first(self.norm(x)))))
            found: torch.Tensor = x + added
            return found

    return nn.Sequential(*(Layer() for _ in range(blocks)))
