"""What is trainable in one branch, in the order in which it stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.trainable import Sizes, is_trainable
from palate.training.options import TrainOptions


@dataclass
class Chain:
    """What stands in a branch between its item vectors and its scores, in this order.

    `transforms` are trainable. `aggregator` is trainable, or fitted and left as it is; None stands for the
    mean of a history. `ranker` is trainable; None stands for one that is not: interests are then trained to
    point where the next item's vector points (the cosine, times a factor that is trained too).
    """

    transforms: tuple[Any, ...] = ()
    aggregator: Any = None
    ranker: Any = None

    @property
    def trainable(self) -> Iterator[tuple[str, Any]]:
        """The components that are trained, each with its name in the network."""
        for at, transform in enumerate(self.transforms):
            yield f"transforms.{at}", transform
        if is_trainable(self.aggregator):
            yield "aggregator", self.aggregator
        if self.ranker is not None:
            yield "ranker", self.ranker

    @property
    def options(self) -> TrainOptions:
        """What the one component says that says how they are trained, the last first; else the defaults."""
        said = [getattr(component, "train", None) for _, component in self.trainable]
        return next((each for each in reversed(said) if each is not None), TrainOptions())


def sizes_of(vectors: NDArray[np.float32]) -> Sizes:
    """The sizes for a module that gets these vectors (float32[items, d])."""
    filled = vectors[np.any(vectors, axis=1)]
    scale = float(np.sqrt(np.mean(np.square(filled, dtype=np.float64)))) if filled.size else 1.0
    return Sizes(len(vectors), vectors.shape[1], scale or 1.0)


def below(weights: dict[str, NDArray[Any]], start: str) -> dict[str, NDArray[Any]]:
    """Those weights whose names begin so, by the rest of their names."""
    return {name.removeprefix(start): value for name, value in weights.items() if name.startswith(start)}
