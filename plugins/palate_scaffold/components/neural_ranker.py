"""The ranker `plugin-name` for palate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate import Query, Training, hookimpl
from palate.arrays.products import row_product

if TYPE_CHECKING:
    import torch


@dataclass
class PluginName:
    """Items whose vectors, learned by gradient, are near the mean of the user's items."""

    name: ClassVar[str] = "plugin-name"
    needs: ClassVar[frozenset[str]] = frozenset({"history"})
    libraries: ClassVar[tuple[str, ...]] = ("torch", "safetensors")

    dimensions: Annotated[int, Ge(1)] = 32
    epochs: Annotated[int, Ge(1)] = 30
    learning_rate: Annotated[float, Gt(0)] = 0.05

    vectors_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> PluginName:
        """Train to find each item by the mean of the user's others; the last events say when to stop."""
        from palate.training import Schedule, hold_out, train

        task = Task(self, hold_out(training.history, training.rng()))
        schedule = Schedule(epochs=self.epochs, patience=5, learning_rate=self.learning_rate)
        trained = train(
            task, schedule, seed=training.seed, checkpoints=training.checkpoints, identity=repr(self),
            report=training.progress,
        )  # fmt: skip
        self.vectors_ = trained.weights["weight"]
        return self

    def score(self, query: Query) -> NDArray[np.float32]:
        """float32[n, items]: products with the mean; each row the same whoever else is asked for."""
        return row_product(means(query.history.matrix, self.vectors_), self.vectors_)


@dataclass
class Task:
    """What is trained: see `palate.training.Task`."""

    options: PluginName
    held: Any

    def network(self) -> torch.nn.Module:
        import torch

        found = torch.nn.Embedding(self.held.history.n_items, self.options.dimensions)
        torch.nn.init.normal_(found.weight, 0, 0.1)
        return found

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Users with two items or more, 64 at a time."""
        users = rng.permutation(np.flatnonzero(np.diff(self.held.history.matrix.indptr) > 1))
        return (users[start : start + 64] for start in range(0, len(users), 64))

    def loss(self, network: Any, batch: NDArray[np.int64]) -> torch.Tensor:
        import torch

        from palate.training.softmax import softmax_loss

        history, where = self.held.history.take(batch).matrix, network.weight.device
        owner = torch.from_numpy(np.repeat(np.arange(len(batch)), np.diff(history.indptr))).to(where)
        items = torch.from_numpy(history.indices.astype(np.int64)).to(where)
        own = network(items)
        total = torch.zeros(len(batch), own.shape[1], device=where).index_add(0, owner, own)
        others = (total[owner] - own) / (torch.bincount(owner)[owner, None] - 1)
        return softmax_loss(others, network.weight, items)

    def evaluate(self, network: Any) -> float | None:
        """NDCG@10 of the held-out events."""
        if not len(self.held.users):
            return None
        vectors = network.weight.cpu().numpy()
        queries = self.held.history.take(self.held.users)
        return float(self.held.ndcg(means(queries.matrix, vectors) @ vectors.T).mean())


def means(history: Any, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[n, dimensions]: the mean vector of each user's items; zeros without history."""
    found: NDArray[np.float32] = history @ vectors / np.maximum(np.diff(history.indptr), 1)[:, None]
    return found.astype(np.float32)


@hookimpl
def register_rankers() -> list[type]:
    return [PluginName]
