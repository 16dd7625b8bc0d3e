"""A causal transformer over the items of a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Layers = Literal["sasrec", "ligr"]


def transformer(
    table: torch.nn.Module,
    dimensions: int,
    blocks: int,
    heads: int,
    length: int,
    dropout: float,
    layers: Layers,
) -> torch.nn.Module:
    """A module with `table()` float32[items, d] and `forward(rows int64[n, l], table)` float32[n, l, d].

    Each place sees itself and those before it, so that what is padded behind a history changes nothing.

    `sasrec`: Kang & McAuley (2018), "Self-Attentive Sequential Recommendation", normalised before each
    sublayer. `ligr`: gated residuals x + sigmoid(W x) * sublayer(norm(x)) with SwiGLU (Borisyuk et al. 2024,
    "LiGR").
    """
    import torch
    from torch import nn
    from torch.nn import functional

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.made = nn.Linear(dimensions, 3 * dimensions)
            self.out = nn.Linear(dimensions, dimensions)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            n, places, _ = x.shape
            q, k, v = self.made(x).view(n, places, 3, heads, -1).permute(2, 0, 3, 1, 4)
            drop = dropout if self.training else 0.0
            seen = functional.scaled_dot_product_attention(q, k, v, dropout_p=drop, is_causal=True)
            mixed: torch.Tensor = self.out(seen.transpose(1, 2).reshape(n, places, dimensions))
            return mixed

    class Feed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(dimensions, dimensions), nn.Linear(dimensions, dimensions)
            self.drop = nn.Dropout(dropout)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.second(self.drop(functional.relu(self.first(x))))
            return found

    class SwiGLU(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.both = nn.Linear(dimensions, 4 * dimensions)
            self.out = nn.Linear(2 * dimensions, dimensions)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            gate, value = self.both(x).chunk(2, dim=-1)
            found: torch.Tensor = self.out(functional.silu(gate) * value)
            return found

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = nn.ModuleList([Attention(), Feed() if layers == "sasrec" else SwiGLU()])
            self.norms = nn.ModuleList([nn.LayerNorm(dimensions) for _ in range(2)])
            self.gates = nn.ModuleList(
                [nn.Linear(dimensions, dimensions) for _ in range(2 * (layers == "ligr"))]
            )
            self.drop = nn.Dropout(dropout)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for at, (part, norm) in enumerate(zip(self.parts, self.norms, strict=True)):
                added = self.drop(part(norm(x)))
                x = x + (torch.sigmoid(self.gates[at](x)) * added if layers == "ligr" else added)
            return x

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = table
            self.place = nn.Parameter(torch.empty(length, dimensions).normal_(0, 0.02))
            self.blocks = nn.ModuleList([Block() for _ in range(blocks)])
            self.norm, self.drop = nn.LayerNorm(dimensions), nn.Dropout(dropout)

        def forward(self, rows: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
            x = self.drop(functional.embedding(rows, items) * dimensions**0.5 + self.place[: rows.shape[1]])
            for block in self.blocks:
                x = block(x)
            found: torch.Tensor = self.norm(x)
            return found

    return Network()
