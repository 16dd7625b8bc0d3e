"""What a component hands over to be trained, and what it gets back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class Task(Protocol):
    """A network with its data.

    `network()` makes the module; torch's generator is seeded before. `batches(rng)` gives the batches of one
    epoch in their order, each anything that `loss` understands, small things such as row numbers; all
    randomness comes from `rng`. `loss(network, batch)` is the mean loss of a batch. `evaluate(network)` is a
    value on events that are not trained on, higher is better, or None where there are none to hold out.

    May have `split(batch, parts)`, the batch in so many parts or fewer, for when memory runs out: the
    gradient is then the mean of theirs.
    """

    def network(self) -> torch.nn.Module: ...

    def batches(self, rng: np.random.Generator) -> Iterable[Any]: ...

    def loss(self, network: Any, batch: Any) -> torch.Tensor: ...

    def evaluate(self, network: Any) -> float | None: ...


@dataclass(frozen=True)
class Epoch:
    """One pass over the data: the mean `loss` of its batches, the held-out `value`, and `seconds`."""

    number: int
    loss: float
    value: float | None
    seconds: float


@dataclass(frozen=True)
class Trained:
    """The weights of the best epoch by name, as NumPy arrays, and how training went.

    `best` is the number of that epoch, the last one where nothing was held out; `ended` says in words why
    training ended; `parts` in how many parts memory made it take a batch. Weights that are not trained are
    not among them.
    """

    weights: dict[str, NDArray[Any]]
    epochs: tuple[Epoch, ...]
    best: int
    ended: str
    parts: int = 1

    @property
    def remarks(self) -> dict[str, Any]:
        """What is worth knowing of it, as a component keeps it beside what it learned."""
        value = self.epochs[self.best - 1].value
        held = {} if value is None else {"held-out value": value}
        last = {"epochs": len(self.epochs), "best epoch": self.best, "loss": self.epochs[self.best - 1].loss}
        parts = {} if self.parts == 1 else {"batches": f"taken in {self.parts} parts, since memory ran out"}
        return {**last, **held, "ended": self.ended, **parts}
