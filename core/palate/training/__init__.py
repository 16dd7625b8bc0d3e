"""Training by gradient: what a component that learns with torch stands on.

A component describes a `Task`: a network, the batches of an epoch, the loss of a batch and, if it has one,
a value on held-out events. `train` does the rest: epochs with progress, early stopping with the best weights
kept, checkpoints from which a killed fit goes on to the same weights, a budget in minutes, bfloat16 where the
processor or card has it.

    trained = train(task, Schedule(epochs=50, patience=5), seed=training.seed)
    self.weights_ = trained.weights

A transform, an aggregator or a ranker may instead leave its training to the core, which trains all of a
branch together (`palate.components.trainable.Trainable`): it gives its torch module and takes the weights.
Its option `train` is a `TrainOptions`; `interests_at_the_end` reads histories with an aggregator's module.

torch is imported inside functions only: a recipe without such a component never loads it.
"""

from __future__ import annotations

from palate.training.at_the_end import interests_at_the_end
from palate.training.chain import Chain
from palate.training.chain_training import train_chain
from palate.training.held_out import HeldOut, hold_out
from palate.training.options import TrainOptions
from palate.training.ragged import batches_by_length, padded, windows
from palate.training.schedule import Schedule
from palate.training.task import Task, Trained
from palate.training.text_network import TextNetwork
from palate.training.train import train

__all__ = [
    "Chain",
    "HeldOut",
    "Schedule",
    "Task",
    "TextNetwork",
    "TrainOptions",
    "Trained",
    "batches_by_length",
    "hold_out",
    "interests_at_the_end",
    "padded",
    "train",
    "train_chain",
    "windows",
]
