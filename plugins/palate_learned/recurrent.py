"""Recurrent networks from the vectors of a history to an interest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge

from palate.components.trainable import Sizes
from palate_learned.reading import Reading

if TYPE_CHECKING:
    import torch


@dataclass
class LSTM(Reading):
    """What a long short-term memory network makes of the last events, trained on what comes next.

    Hochreiter & Schmidhuber (1997), "Long Short-Term Memory".
    """

    name: ClassVar[str] = "lstm"

    layers: Annotated[int, Ge(1)] = 1
    """How many layers."""

    def torch_module(self, sizes: Sizes) -> torch.nn.Module:
        return _recurrent("LSTM", self, self.layers, sizes)


@dataclass
class GRU(Reading):
    """What a gated recurrent network makes of the last events, trained on what comes next.

    Cho et al. (2014), "Learning Phrase Representations using RNN Encoder-Decoder".
    """

    name: ClassVar[str] = "gru"

    layers: Annotated[int, Ge(1)] = 1
    """How many layers."""

    def torch_module(self, sizes: Sizes) -> torch.nn.Module:
        return _recurrent("GRU", self, self.layers, sizes)


def _recurrent(kind: str, options: Reading, layers: int, sizes: Sizes) -> torch.nn.Module:
    """Vectors scaled to entries of about one, the cells, and a projection to the width of the vectors."""
    from torch import nn

    width, dropout = options.dimensions, options.dropout

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            between = dropout if layers > 1 else 0.0
            self.cells = getattr(nn, kind)(sizes.width, width, layers, batch_first=True, dropout=between)
            self.out, self.drop = nn.Linear(width, sizes.width), nn.Dropout(dropout)

        def forward(self, vectors: torch.Tensor) -> torch.Tensor:
            states, _ = self.cells(self.drop(vectors / sizes.scale))
            found: torch.Tensor = self.out(self.drop(states))
            return found[:, :, None, :]

    return Network()
