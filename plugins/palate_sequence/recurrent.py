"""Recurrent networks over a history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge

from palate_sequence.ranker import NextItemRanker

if TYPE_CHECKING:
    import torch


@dataclass
class GRU(NextItemRanker):
    """Predicts the next item by a gated recurrent network over the last ones (GRU4Rec).

    Hidasi et al. (2016), "Session-based Recommendations with Recurrent Neural Networks".
    """

    name: ClassVar[str] = "gru"

    blocks: Annotated[int, Ge(1)] = 1
    """How many layers."""

    def layers(self, table: torch.nn.Module) -> torch.nn.Module:
        return _recurrent("GRU", table, self)


@dataclass
class LSTM(NextItemRanker):
    """Predicts the next item by a long short-term memory network over the last ones.

    Hochreiter & Schmidhuber (1997), "Long Short-Term Memory".
    """

    name: ClassVar[str] = "lstm"

    blocks: Annotated[int, Ge(1)] = 1
    """How many layers."""

    def layers(self, table: torch.nn.Module) -> torch.nn.Module:
        return _recurrent("LSTM", table, self)


def _recurrent(kind: str, table: torch.nn.Module, options: GRU | LSTM) -> torch.nn.Module:
    """A module with `table()` float32[items, d] and `forward(rows int64[n, l], table)` float32[n, l, d]."""
    from torch import nn
    from torch.nn import functional

    width, dropout = options.dimensions, options.dropout

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = table
            between = dropout if options.blocks > 1 else 0.0
            self.cells = getattr(nn, kind)(width, width, options.blocks, batch_first=True, dropout=between)
            self.out, self.norm, self.drop = nn.Linear(width, width), nn.LayerNorm(width), nn.Dropout(dropout)

        def forward(self, rows: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
            states, _ = self.cells(self.drop(functional.embedding(rows, items) * width**0.5))
            found: torch.Tensor = self.norm(self.out(self.drop(states)))
            return found

    return Network()
