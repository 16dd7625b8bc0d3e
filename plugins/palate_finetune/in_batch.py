"""The loss that tells the right row of a batch from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def in_batch_loss(
    asked: torch.Tensor, offered: torch.Tensor, wrong: NDArray[np.bool_], temperature: float, both: bool
) -> torch.Tensor:
    """The mean cross entropy of float32[n, d] with their partners, those of other rows as negatives.

    Scores are cosines over the `temperature` (InfoNCE: van den Oord et al. 2018). `wrong` bool[n, n] are
    partners of other rows that are no negatives of a row. With `both` the mean of the loss of rows and of
    columns.
    """
    import torch
    from torch.nn import functional

    asked, offered = functional.normalize(asked.float(), dim=1), functional.normalize(offered.float(), dim=1)
    scores = asked @ offered.T / temperature
    scores = scores.masked_fill(torch.from_numpy(wrong).to(scores.device), float("-inf"))
    right = torch.arange(len(scores), device=scores.device)
    loss = functional.cross_entropy(scores, right)
    return (loss + functional.cross_entropy(scores.T, right)) / 2 if both else loss


def no_negatives(
    users: NDArray[np.int64], items: NDArray[np.int64], texts: NDArray[Any], liked: sp.csr_array
) -> NDArray[np.bool_]:
    """bool[n, n]: which items (int64[n]) are no negatives of which users: those they liked, or with a text of
    their own partner; the diagonal is False.
    """
    same = liked[users][:, items].toarray() > 0
    same |= texts[items][:, None] == texts[items][None, :]
    same |= users[:, None] == users[None, :]
    np.fill_diagonal(same, False)
    return same
