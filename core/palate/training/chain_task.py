"""Predicting the next item with the network of a chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.components.trainable import Sizes
from palate.training.chain_examples import Examples, tensor
from palate.training.held_out import BLOCK, HeldOut
from palate.training.options import TrainOptions
from palate.training.ragged import batches_by_length
from palate.training.shared_negatives import sampled_softmax_loss
from palate.training.softmax import softmax_loss

if TYPE_CHECKING:
    import torch


@dataclass
class NextOfChain:
    """The task: each event is to be predicted from those before it, by all trainable components together.

    `sizes` are those that each module of the network was made for, by name.
    """

    examples: Examples
    held: HeldOut
    options: TrainOptions
    sizes: dict[str, Sizes] = field(default_factory=dict)

    def network(self) -> torch.nn.Module:
        from palate.training.chain_network import chain_network

        made, self.sizes = chain_network(self.examples.chain, self.examples.vectors)
        return made

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[NDArray[np.int64], int]]:
        starts, ends = self.examples.stretches
        for rows in batches_by_length(ends - starts, self.options.batch, rng):
            yield rows, int(rng.integers(2**62))

    def loss(self, network: Any, batch: tuple[NDArray[np.int64], int]) -> torch.Tensor:
        rows, seed = batch
        rng = np.random.default_rng(seed)
        found = self.examples.batch(network, rows, rng)
        interests, targets = found.interests, tensor(found.next_items)
        if network.ranker is None:  # nothing can point to an item without a vector
            able = tensor(self.examples.there[found.next_items])
            interests, targets = interests[able], targets[able]
        table = network.table(found.features)
        hidden = nearest(network.head(interests), table, targets)
        if not len(targets):
            nothing: torch.Tensor = (hidden.sum() + table.sum()) * 0
            return nothing
        if self.options.negatives is None:
            return softmax_loss(hidden, table, targets)
        popularity = self.held.history.popularity
        return sampled_softmax_loss(hidden, table, targets, popularity, self.options.negatives, rng)

    def evaluate(self, network: Any) -> float | None:
        """NDCG@10 of the held-out events."""
        if not len(self.held.users):
            return None
        features = network.features(self.examples.x)
        table = network.table(features)
        known = self.held.history.take(self.held.users)
        interests = self.examples.interests(network, known, features)
        values = []
        for start in range(0, len(interests), BLOCK):
            rows = slice(start, start + BLOCK)
            hidden = network.head(tensor(interests[rows]))
            scores = (hidden @ table.T).amax(1).float().cpu().numpy()
            if network.ranker is None:
                scores[:, ~self.examples.there] = -np.inf
            values.append(self.held.ndcg(scores, rows))
        return float(np.concatenate(values).mean())


def nearest(hidden: torch.Tensor, table: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """float32[m, h] of float32[m, k, h]: of several interests the one that scores the target highest.

    Cen et al. (2020), "Controllable Multi-Interest Framework for Recommendation".
    """
    import torch

    if hidden.shape[1] == 1:
        return hidden[:, 0]
    with torch.no_grad():
        best = torch.einsum("mkh,mh->mk", hidden.float(), table[targets].float()).argmax(1)
    return hidden[torch.arange(len(hidden), device=hidden.device), best]
