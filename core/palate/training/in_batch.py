"""The loss over the other targets of a batch, corrected for how often each is expected there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def in_batch_loss(
    hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, popularity: NDArray[np.integer]
) -> torch.Tensor:
    """The mean cross entropy of float32[m, d] against their targets (int64[m]), the other ones as negatives.

    A negative's score is lessened by log(m · p), p the item's share of all events by `popularity`
    (int[items]), so that an item that is often a target, and so often a negative, is not pushed away for that
    (the logQ correction: Yi et al. 2019, "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item
    Recommendations"). The target's own score stands as it is, and a negative that is a row's own target does
    not count: so the sum estimates that over all items without bias (Khrylchenko et al. 2025, "Correcting the
    LogQ Correction"). An item that is never a target is never a negative. A target that several rows share is
    scored once and counted for each: memory grows with m times the distinct targets.
    """
    import torch
    from torch.nn import functional

    items, at, times = torch.unique(targets, return_inverse=True, return_counts=True)
    share = np.maximum(popularity, 1) / max(int(popularity.sum()), 1)
    expected = torch.from_numpy(np.log(share * len(targets)).astype(np.float32)).to(table.device)[items]
    scores = (hidden @ table[items].T).float()
    others = (scores - expected + times.log()).scatter(1, at[:, None], float("-inf"))
    rows = torch.cat([scores.gather(1, at[:, None]), others], 1)
    return functional.cross_entropy(rows, torch.zeros(len(rows), dtype=torch.long, device=rows.device))
