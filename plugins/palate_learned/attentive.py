"""Attention pooling from the vectors of a history to interests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from annotated_types import Ge, Le

from palate.components.trainable import Sizes
from palate_learned.reading import Reading

if TYPE_CHECKING:
    import torch


@dataclass
class Attentive(Reading):
    """A mean of the last events whose weights, by content and recency, are trained on what comes next.

    The weight of an event is the softmax of q·tanh(K·x) + r: x is its item's vector, q a query, and r depends
    on how many events came after it; K, q and r are trained (attention pooling, Yang et al. 2016,
    "Hierarchical Attention Networks"). The mean is then projected, beginning with the mean itself. Each of
    several `interests` has a query, recency and projection of its own.
    """

    name: ClassVar[str] = "attentive"

    interests: Annotated[int, Ge(1), Le(64)] = 1
    """How many interests a user has."""

    def torch_module(self, sizes: Sizes) -> torch.nn.Module:
        import torch
        from torch import nn

        count, width, length, dropout = self.interests, sizes.width, self.length, self.dropout
        inner = self.dimensions

        class Network(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.keys, self.drop = nn.Linear(width, inner), nn.Dropout(dropout)
                self.query = nn.Parameter(torch.randn(inner, count) * inner**-0.5)
                self.recency = nn.Parameter(torch.zeros(length, count))
                self.project = nn.Parameter(torch.eye(width).repeat(count, 1, 1))

            def forward(self, vectors: torch.Tensor) -> torch.Tensor:
                places = torch.arange(vectors.shape[1], device=vectors.device)
                age = places[:, None] - places[None, :]
                content = torch.tanh(self.keys(self.drop(vectors / sizes.scale))) @ self.query
                recency = self.recency[age.clamp_min(0)].masked_fill((age < 0)[:, :, None], float("-inf"))
                weights = torch.softmax(content[:, None, :, :] + recency, 2)
                pooled = torch.einsum("ntsk,nsd->ntkd", weights, vectors)
                found: torch.Tensor = torch.einsum("ntkd,kde->ntke", self.drop(pooled), self.project)
                return found

        return Network()
