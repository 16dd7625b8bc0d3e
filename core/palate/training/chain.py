"""The trainable components of one branch, trained as one network to predict the next item."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.trainable import Sizes, is_trainable
from palate.data import Training
from palate.errors import ComponentError
from palate.training.held_out import HeldOut, hold_out
from palate.training.options import TrainOptions

POPULARITY = "held-out value of popularity"


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

    def train(self, training: Training) -> dict[str, Any]:
        """Train all on the events of `training` in their order, and give each its weights; remarks on it.

        `training.vectors` are those before the trainable transforms. Raises ComponentError where no user has
        two events, or the loss is not finite.
        """
        from palate.training.chain_examples import Examples
        from palate.training.chain_task import NextOfChain
        from palate.training.train import train

        vectors, options = _vectors(training), self.options
        held = hold_out(training.history, training.rng())
        task = NextOfChain(Examples(self, vectors, held.history), held, options)
        trained = train(
            task,
            options.schedule(),
            seed=training.seed,
            checkpoints=training.checkpoints,
            identity=_identity(self, options, held, vectors),
            report=training.progress,
        )
        for name, component in self.trainable:
            component.set_weights(below(trained.weights, f"{name}."), task.sizes[name])
        control = {POPULARITY: held.popularity()} if len(held.users) else {}
        return {"trained": ", ".join(each.name for _, each in self.trainable), **trained.remarks, **control}


def sizes_of(vectors: NDArray[np.float32]) -> Sizes:
    """The sizes for a module that gets these vectors (float32[items, d])."""
    filled = vectors[np.any(vectors, axis=1)]
    scale = float(np.sqrt(np.mean(np.square(filled, dtype=np.float64)))) if filled.size else 1.0
    return Sizes(len(vectors), vectors.shape[1], scale or 1.0)


def below(weights: dict[str, NDArray[Any]], start: str) -> dict[str, NDArray[Any]]:
    """Those weights whose names begin so, by the rest of their names."""
    return {name.removeprefix(start): value for name, value in weights.items() if name.startswith(start)}


def _vectors(training: Training) -> NDArray[np.float32]:
    if training.vectors is None:
        raise ComponentError("trainable components need item vectors; add `encode:` to their branch")
    vectors: NDArray[np.float32] = training.vectors
    if not np.isfinite(vectors).all():
        raise ComponentError("some item vectors hold NaN or infinite numbers, so nothing can be trained")
    return vectors


def _identity(chain: Chain, options: TrainOptions, held: HeldOut, vectors: NDArray[np.float32]) -> str:
    """What tells this training from others: components with their options, and all data."""
    said = [(name, each) for name, each in chain.trainable], chain.aggregator, options
    found = hashlib.blake2b(repr(said).encode(), digest_size=16)
    for array in (held.history.indptr, held.history.items, held.users, held.target, vectors):
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
