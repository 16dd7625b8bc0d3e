"""Training an encoder of texts to say which items go with which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from palate.data import Query
from palate.training.device import device
from palate_sequence.base import Base
from palate_sequence.engagement import NewItems
from palate_sequence.item_table import scaled

if TYPE_CHECKING:
    import torch


@dataclass
class Contrast:
    """The task: from the text of one item, which others go with it.

    `vectors` are float32[items, d], `engaged` sparse float32[items, items] (`engagement`), `items` the row
    numbers of those that train. The distribution that each row of `engaged` makes is to be met by a softmax
    over all of `items` but the one itself: cross entropy with soft, sparse targets. `held` are items that are
    ranked for the value of an epoch. With a `base`, what it says of `items` after each alone (`alone`,
    float32[n, n]) is added to the network's scores, as many times as the network finds best.
    """

    vectors: NDArray[np.float32]
    engaged: sp.csr_array
    items: NDArray[np.int64]
    held: NewItems | None
    dimensions: int
    hidden: int
    dropout: float
    batch: int
    base: Base | None = None
    alone: NDArray[np.float32] | None = None
    rows_: NDArray[np.int64] = field(init=False)
    targets_: sp.csr_array = field(init=False)

    def __post_init__(self) -> None:
        among = self.engaged[self.items][:, self.items]
        total = np.asarray(among.sum(axis=1), np.float32)
        self.rows_ = np.flatnonzero(total > 0)
        self.targets_ = sp.csr_array(among.multiply(1 / np.where(total > 0, total, 1)[:, None]))

    @cached_property
    def inputs(self) -> torch.Tensor:
        """float32[items, d]: all vectors, divided so that an entry has the mean square 1."""
        import torch

        return torch.from_numpy(scaled(self.vectors)).to(device())

    @cached_property
    def added(self) -> torch.Tensor | None:
        """float32[n, n]: what the base says after each of the items alone."""
        import torch

        return None if self.alone is None else torch.from_numpy(self.alone).to(device())

    @cached_property
    def added_to_held(self) -> NDArray[np.float32] | None:
        """float32[users, h]: what the base says of the held-out items, 0 where it says nothing."""
        if self.base is None or self.held is None:
            return None
        past = self.held.past
        scores = self.base.scores(Query(np.full(len(past), -1, np.int32), past))
        return np.nan_to_num(scores[:, self.held.items], nan=0.0)

    def digest(self, options: object) -> str:
        """A hash of options and of all that is trained on."""
        found = hashlib.blake2b(repr(options).encode(), digest_size=16)
        for array in (self.vectors, self.engaged.indices, self.engaged.data, self.items, self.alone):
            found.update(b"" if array is None else np.ascontiguousarray(array).data)
        return found.hexdigest()

    def network(self) -> torch.nn.Module:
        return encoder(self.vectors.shape[1], self.dimensions, self.hidden, self.dropout)

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        order = rng.permutation(self.rows_)
        for start in range(0, len(order), self.batch):
            yield order[start : start + self.batch]

    def loss(self, network: Any, batch: NDArray[np.int64]) -> torch.Tensor:
        import torch

        inputs = self.inputs[torch.from_numpy(self.items).to(self.inputs.device)]
        rows = torch.from_numpy(batch).to(inputs.device)
        scores = (network.asked(inputs[rows]) @ network.offered(inputs).T).float()
        if self.added is not None:
            scores = scores + network.times() * self.added[rows]
        scores = scores.scatter(1, rows[:, None], -1e9)
        targets = torch.from_numpy(self.targets_[batch].toarray()).to(inputs.device)
        return -(targets * scores.log_softmax(1)).sum(1).mean()

    def evaluate(self, network: Any) -> float | None:
        """NDCG@10 of the held-out items, ranked among themselves from the users' other items."""
        if self.held is None:
            return None
        asked, offered = network.asked(self.inputs), network.offered(self.inputs[self.held.items])
        interests = mean_of(self.held.past.matrix, asked.float().cpu().numpy())
        scores = interests @ offered.float().cpu().numpy().T
        if self.added_to_held is not None:
            scores += float(network.times()) * self.added_to_held
        return self.held.ndcg(scores)


def mean_of(matrix: sp.csr_array, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[n, k]: the mean of the vectors (float32[items, k]) of each row's entries; zeros without any."""
    found = np.asarray(matrix @ vectors, np.float32)
    found /= np.maximum(np.diff(matrix.indptr), 1).astype(np.float32)[:, None]
    return found


def encoder(width: int, dimensions: int, hidden: int, dropout: float) -> torch.nn.Module:
    """A module that reads text vectors float32[n, width] in two roles, float32[n, dimensions + 1] each.

    `asked(x)` of an item in a history ends with 1, `offered(x)` of a candidate with how much its text is
    liked whatever the history, so that inner products are scores. Each is a linear map plus a hidden layer.
    `times()` is how many times the scores of a base count.
    """
    import torch
    from torch import nn

    class Part(nn.Module):
        def __init__(self, out: int) -> None:
            super().__init__()
            self.straight = nn.Linear(width, out)
            self.first, self.second = nn.Linear(width, hidden), nn.Linear(hidden, out, bias=False)
            self.drop = nn.Dropout(dropout)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.drop(x)
            bent = self.second(self.drop(nn.functional.gelu(self.first(x))))
            found: torch.Tensor = self.straight(x) + bent
            return found

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.question, self.answer = Part(dimensions), Part(dimensions + 1)
            self.log_times = nn.Parameter(torch.zeros(()))

        def times(self) -> torch.Tensor:
            return (50 * self.log_times).exp()  # one number must move further than one of many weights

        def asked(self, x: torch.Tensor) -> torch.Tensor:
            found = self.question(x) / dimensions**0.5
            return torch.cat([found, torch.ones_like(found[:, :1])], 1)

        def offered(self, x: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.answer(x)
            return found

    return Encoder()
