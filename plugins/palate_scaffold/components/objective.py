"""The objective `plugin-name` for palate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate import Training, hookimpl
from palate.components.text_model import TextModel


@dataclass
class PluginName:
    """Texts that a user liked one after the other get vectors close together, none too close to any other."""

    name: ClassVar[str] = "plugin-name"
    libraries: ClassVar[tuple[str, ...]] = ("torch",)

    weight: Annotated[float, Gt(0)] = 1.0
    batch: Annotated[int, Ge(2)] = 32
    margin: Annotated[float, Gt(0)] = 1.0
    """How far from the next pair's second text the first one should be, at least."""

    texts_: list[str] = field(init=False, repr=False, compare=False)
    pairs_: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training, model: TextModel) -> PluginName:
        """Find the pairs; an item that is held out has no text."""
        self.texts_ = [text or "" for text in training.text]
        owner, items = training.history.owners, training.history.items
        after = np.flatnonzero(owner[1:] == owner[:-1])
        pairs = np.stack([items[after], items[after + 1]], axis=1).astype(np.int64)
        there = np.array([bool(text) for text in self.texts_])
        self.pairs_ = pairs[there[pairs].all(axis=1)]
        return self

    def batches(self, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """int64[n, 2] each."""
        order = rng.permutation(len(self.pairs_))
        for start in range(0, len(order), self.batch):
            yield self.pairs_[order[start : start + self.batch]]

    def loss(self, network: Any, batch: NDArray[np.int64]) -> Any:
        """The mean triplet loss: a torch scalar."""
        left, right = (network.vectors([self.texts_[item] for item in side]) for side in batch.T)
        near = ((left - right) ** 2).sum(1)
        far = ((left - right.roll(1, 0)) ** 2).sum(1)
        return (near - far + self.margin).clamp(min=0).mean()


@hookimpl
def register_objectives() -> list[type]:
    return [PluginName]
