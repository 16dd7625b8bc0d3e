"""Losses over some items that all rows of a batch share, for catalogues too large for all.

Memory grows with the rows times the negatives. Where a negative is a row's own target it does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def sampled_softmax_loss(
    hidden: torch.Tensor,
    table: torch.Tensor,
    targets: torch.Tensor,
    popularity: NDArray[np.integer],
    negatives: int,
    rng: np.random.Generator,
) -> torch.Tensor:
    """The mean cross entropy of float32[m, d] against their targets (int64[m]) and `negatives` drawn items.

    Half of the negatives are drawn by `popularity` (int[items]) and half uniformly, with replacement, and
    their scores are lessened by the logarithm of how often the item is expected among them (Yi et al. 2019,
    "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations"). The target's own score
    stands as it is, so that the sum estimates that over all items without bias (Khrylchenko et al. 2025,
    "Correcting the LogQ Correction").
    """
    import torch
    from torch.nn import functional

    even = np.full(len(popularity), 1 / len(popularity))
    share = (even + popularity / max(popularity.sum(), 1)) / 2
    share /= share.sum()  # without events all of it is even
    drawn = torch.from_numpy(rng.choice(len(table), negatives, p=share)).to(table.device)
    expected = torch.from_numpy(np.log(share * negatives).astype(np.float32)).to(table.device)
    own, others = _scores(hidden, table, targets, drawn)
    corrected = (others - expected[drawn]).masked_fill(targets[:, None] == drawn, float("-inf"))
    scores = torch.cat([own[:, None], corrected], 1)
    return functional.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long, device=table.device))


def gbce_loss(
    hidden: torch.Tensor,
    table: torch.Tensor,
    targets: torch.Tensor,
    negatives: int,
    rng: np.random.Generator,
    calibration: float = 0.75,
) -> torch.Tensor:
    """The mean generalised binary cross entropy of float32[m, d] over `negatives` uniformly drawn items.

    The positive's term is weighted by b = a(t(1 - 1/a) + 1/a), where a = negatives / (items - 1), at most 1,
    and t the `calibration`, from 0 (plain binary cross entropy) to 1 (Petrov & Macdonald 2023, "gSASRec").
    """
    import torch
    from torch.nn import functional

    drawn = torch.from_numpy(rng.integers(len(table), size=negatives)).to(table.device)
    own, others = _scores(hidden, table, targets, drawn)
    alpha = min(1.0, negatives / max(len(table) - 1, 1))
    beta = alpha * (calibration * (1 - 1 / alpha) + 1 / alpha)
    lost = functional.softplus(others).masked_fill(targets[:, None] == drawn, 0.0).sum(1)
    return (beta * functional.softplus(-own) + lost).mean()


def _scores(
    hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, drawn: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """float32[m] of each row with its target, and float32[m, negatives] with the drawn items."""
    return (hidden * table[targets]).sum(1).float(), (hidden @ table[drawn].T).float()
