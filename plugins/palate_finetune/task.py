"""What is trained: the losses of all objectives together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.errors import ComponentError
from palate_finetune.held_out import Held

Batch = tuple[NDArray[Any], ...]


@dataclass
class Multitask:
    """The task: a step takes one batch of each objective and sums their losses by weight.

    The objective with the most batches says how long an epoch is, at most `steps`; of the others, batches
    come again.
    """

    make: Callable[[], Any]
    objectives: Sequence[Any]
    held: Held | None
    steps: int

    def network(self) -> Any:
        return self.make()

    def batches(self, rng: np.random.Generator) -> Iterator[Batch]:
        drawn = []
        for objective in self.objectives:
            found = list(objective.batches(rng))
            if not found:
                raise ComponentError(f"objective {objective.name!r} has nothing to train on")
            drawn.append(found)
        for step in range(min(self.steps, max(map(len, drawn)))):
            yield tuple(found[step % len(found)] for found in drawn)

    def loss(self, network: Any, batch: Batch) -> Any:
        losses = (
            getattr(objective, "weight", 1.0) * objective.loss(network, part)
            for objective, part in zip(self.objectives, batch, strict=True)
            if len(part)
        )
        return sum(losses)

    def split(self, batch: Batch, parts: int) -> list[Batch]:
        """The batch in so many parts, each with rows of every objective that has enough."""
        most = max(len(part) for part in batch)
        cut = [np.array_split(part, min(parts, most)) for part in batch]
        return list(zip(*cut, strict=True))

    def evaluate(self, network: Any) -> float | None:
        return None if self.held is None else self.held.ndcg(network)
