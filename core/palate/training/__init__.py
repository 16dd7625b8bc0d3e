"""Training by gradient: what a component that learns with torch stands on.

A component describes a `Task`: a network, the batches of an epoch, the loss of a batch and, if it has one,
a value on held-out events. `train` does the rest: epochs with progress, early stopping with the best weights
kept, checkpoints from which a killed fit goes on to the same weights, a budget in minutes, bfloat16 where the
processor or card has it.

    trained = train(task, Schedule(epochs=50, patience=5), seed=training.seed)
    self.weights_ = trained.weights

torch is imported inside functions only: a recipe without such a component never loads it.
"""

from __future__ import annotations

from palate.training.held_out import HeldOut, hold_out
from palate.training.ragged import batches_by_length, padded, windows
from palate.training.schedule import Schedule
from palate.training.task import Task, Trained
from palate.training.train import train

__all__ = [
    "HeldOut",
    "Schedule",
    "Task",
    "Trained",
    "batches_by_length",
    "hold_out",
    "padded",
    "train",
    "windows",
]
