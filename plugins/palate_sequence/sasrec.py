"""SASRec: self-attention over a history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from annotated_types import Ge

from palate.errors import ComponentError
from palate_sequence.ranker import NextItemRanker

if TYPE_CHECKING:
    import torch


@dataclass
class SASRec(NextItemRanker):
    """Predicts the next item by self-attention over the last ones (SASRec).

    Kang & McAuley (2018), "Self-Attentive Sequential Recommendation", with the loss over all items in place
    of one negative, which decides more than anything else (Klenitskiy & Vasilev 2023, "Turning Dross Into
    Gold Loss").
    """

    name: ClassVar[str] = "sasrec"

    blocks: Annotated[int, Ge(1)] = 2
    """How many layers."""
    heads: Annotated[int, Ge(1)] = 2
    """How many attention heads; they must divide `dimensions`."""
    layer: Literal["sasrec", "ligr"] = "sasrec"
    """`sasrec`, or gated residuals with SwiGLU (`ligr`)."""

    def __post_init__(self) -> None:
        if self.dimensions % self.heads:
            raise ComponentError(
                f"ranker 'sasrec': heads must divide dimensions; got {self.heads} heads and "
                f"{self.dimensions} dimensions"
            )

    def layers(self, table: torch.nn.Module) -> torch.nn.Module:
        from palate_sequence.transformer import transformer

        return transformer(
            table, self.dimensions, self.blocks, self.heads, self.length, self.dropout, self.layer
        )
