"""One vector of the vectors of a text's tokens. Padding is on the right and never counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from palate_transformers.folder import Pooling

if TYPE_CHECKING:
    import torch


def pooled(hidden: torch.Tensor, mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """float32[n, d] from hidden states [n, t, d] and a mask [n, t], 1 for each token of the text.

    `mean` averages the tokens; `cls` takes the first, `last` the last; `weighted-mean` weighs token
    i by i, as in a decoder later tokens have seen more (Muennighoff, "SGPT", 2022).
    """
    if pooling == "cls":
        return hidden[:, 0].float()
    if pooling == "last":
        import torch

        rows = torch.arange(len(mask), device=mask.device)
        return hidden[rows, mask.sum(dim=1) - 1].float()
    weights = mask.float()
    if pooling == "weighted-mean":
        weights = weights * weights.cumsum(dim=1)
    summed = (hidden.float() * weights[:, :, None]).sum(dim=1)
    return summed / weights.sum(dim=1, keepdim=True)
