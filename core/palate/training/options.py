"""How the trainable components of a branch are trained, as a recipe says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt

from palate.training.schedule import Schedule


@dataclass(frozen=True)
class TrainOptions:
    """How the trainable components of a branch are trained: one network, one loss, one optimiser."""

    epochs: Annotated[int, Ge(1)] = 50
    """The largest number of passes over the data."""
    patience: Annotated[int, Ge(0)] = 5
    """After how many epochs without a rise of the held-out NDCG@10 training ends; 0: never."""
    minutes: Annotated[float, Gt(0)] | None = None
    """The longest time that training may take."""
    learning_rate: Annotated[float, Gt(0)] = 1e-3
    """The step size of Adam."""
    weight_decay: Annotated[float, Ge(0)] = 0.0
    """How much all weights shrink at each step, times the learning rate."""
    batch: Annotated[int, Ge(1)] = 128
    """How many histories a step takes."""
    negatives: Annotated[int, Ge(1)] | None = None
    """Over how many drawn items a batch's softmax is taken; all items where it does not say."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012 - pydantic's name for it

    def schedule(self) -> Schedule:
        return Schedule(
            self.epochs, self.patience, self.minutes, self.learning_rate, weight_decay=self.weight_decay
        )
