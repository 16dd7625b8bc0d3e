"""Training what is trainable in a branch as one network, to predict the next item."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Training
from palate.errors import ComponentError
from palate.training.chain import Chain, below
from palate.training.chain_examples import Examples
from palate.training.chain_task import NextOfChain
from palate.training.held_out import HeldOut, hold_out
from palate.training.options import TrainOptions
from palate.training.train import train

POPULARITY = "held-out value of popularity"


def train_chain(chain: Chain, training: Training) -> dict[str, Any]:
    """Train all on the events of `training` in their order, and give each its weights; remarks on it.

    `training.vectors` are those before the trainable transforms. Raises ComponentError where there are none,
    where no user has two events, or where the loss is not finite.
    """
    vectors, options = _vectors(training), chain.options
    held = hold_out(training.history, training.rng())
    task = NextOfChain(Examples(chain, vectors, held.history), held, options)
    trained = train(
        task,
        options.schedule(),
        seed=training.seed,
        checkpoints=training.checkpoints,
        identity=_identity(chain, options, held, vectors),
        report=training.progress,
    )
    for name, component in chain.trainable:
        component.set_weights(below(trained.weights, f"{name}."), task.sizes[name])
    control = {POPULARITY: held.popularity()} if len(held.users) else {}
    return {"trained": ", ".join(each.name for _, each in chain.trainable), **trained.remarks, **control}


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
