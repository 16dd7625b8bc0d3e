"""Interests in a chain with the items that come next: what it is trained on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.arrays.rows import entry_rows
from palate.components.trainable import gives_shares, is_trainable
from palate.data import History, Query
from palate.errors import ComponentError
from palate.training.at_the_end import interests_at_the_end
from palate.training.chain import Chain
from palate.training.device import device
from palate.training.prefixes import before, drawn
from palate.training.ragged import padded, windows

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Batch:
    """Interests float32[m, k, d] with the item that comes next (int64[m]), and the features of all items.

    `features` float32[items, d] is None where the scores do not need them.
    """

    interests: torch.Tensor
    next_items: NDArray[np.int64]
    features: torch.Tensor | None


@dataclass(frozen=True)
class Examples:
    """The stretches of histories that a chain is trained on; `vectors` are those before what is trained."""

    chain: Chain
    vectors: NDArray[np.float32]
    history: History

    @cached_property
    def stretches(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Starts and ends in `history.items`; whole histories where the aggregator is not trained.

        Raises ComponentError where there are none.
        """
        longest = max(int(self.history.counts.max(initial=1)), 1)
        found = windows(self.history, self.chain.aggregator.length if self.reads else longest)
        if not len(found[0]):
            raise ComponentError("there is nothing to train on: no user has two events in the training data")
        return found

    @property
    def reads(self) -> bool:
        """Whether a trainable aggregator reads the histories."""
        return is_trainable(self.chain.aggregator)

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """bool[items]: which items have a vector other than zeros."""
        found: NDArray[np.bool_] = np.any(self.vectors, axis=1)
        return found

    @cached_property
    def x(self) -> torch.Tensor:
        """float32[items, d]: the item vectors."""
        return tensor(np.array(self.vectors))

    def batch(self, network: Any, rows: NDArray[np.int64], rng: np.random.Generator) -> Batch:
        """The examples of these stretches."""
        starts, ends = (bounds[rows] for bounds in self.stretches)
        return self._read(network, starts, ends) if self.reads else self._asked(network, starts, rng)

    def interests(self, network: Any, history: History, features: torch.Tensor) -> NDArray[np.float32]:
        """float32[n, k, d]: those of whole histories, where items have these features float32[items, d]."""
        given = features.detach().float().cpu().numpy()
        if self.reads:
            return interests_at_the_end(network.aggregator, given, history, self.chain.aggregator.length)
        if not self.chain.transforms and self.chain.aggregator is not None:
            return self._profile(history)
        summed: NDArray[np.float32] = (self._shares(history) @ given)[:, None, :]
        return summed

    def _read(self, network: Any, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Batch:
        """After each event of the stretches, as the aggregator reads them."""
        items = padded(self.history.items, starts, ends, -1)
        past, inside = items[:, :-1], items[:, 1:] >= 0
        own, features = self._features(network, np.maximum(past, 0))
        interests = network.aggregator(own * tensor(past >= 0)[:, :, None])
        return Batch(interests[tensor(inside)], items[:, 1:][inside], features)

    def _asked(self, network: Any, starts: NDArray[np.int64], rng: np.random.Generator) -> Batch:
        """Before events drawn from the histories, by an aggregator that is not trained."""
        import torch

        events = drawn(self.history, self.history.owners[starts].astype(np.int64), rng)
        past, wanted = before(self.history, events), self.history.items[events].astype(np.int64)
        if not self.chain.transforms and self.chain.aggregator is not None:
            return Batch(tensor(self._profile(past)), wanted, self.x)
        shares = self._shares(past)
        used, at = np.unique(shares.indices, return_inverse=True)
        own, features = self._features(network, used)
        places = tensor(np.stack([entry_rows(shares), at]).astype(np.int64))
        size = (len(past), len(used))
        weights = torch.sparse_coo_tensor(places, tensor(shares.data), size, check_invariants=True)
        with torch.autocast(own.device.type, enabled=False):
            interests = torch.sparse.mm(weights, own.float())
        return Batch(interests[:, None, :], wanted, features)

    def _features(self, network: Any, items: NDArray[np.integer]) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The features of these items, and those of all where they are computed anyway."""
        if network.ranker is None or not self.chain.transforms:
            features = network.features(self.x)
            return features[tensor(items)], features
        used, at = np.unique(items, return_inverse=True)
        return network.features(self.x[tensor(used)])[tensor(at.reshape(items.shape))], None

    def _profile(self, history: History) -> NDArray[np.float32]:
        query = Query(np.full(len(history), -1, np.int32), history)
        found: NDArray[np.float32] = self.chain.aggregator.profile(query, self.vectors)
        return found

    def _shares(self, history: History) -> sp.csr_array:
        """Sparse float32[n, items]: how much of each item's features is in each interest."""
        if gives_shares(self.chain.aggregator):
            query = Query(np.full(len(history), -1, np.int32), history)
            return sp.csr_array(self.chain.aggregator.shares(query, self.vectors))
        matrix, there = history.matrix, self.there.astype(np.float32)
        owner = entry_rows(matrix)
        totals = np.bincount(owner, weights=there[matrix.indices], minlength=len(history))
        data = (there[matrix.indices] / np.maximum(totals, 1)[owner]).astype(np.float32)
        return sp.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def tensor(array: NDArray[Any]) -> torch.Tensor:
    """The array where networks are trained."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(array)).to(device())
