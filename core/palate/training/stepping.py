"""The gradient of a batch, in parts where memory does not hold it whole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from palate.errors import ComponentError
from palate.training.device import Precision, autocast
from palate.training.task import Task

if TYPE_CHECKING:
    import torch


@dataclass
class Stepping:
    """Computes losses with their gradients; once memory has run out, batches are taken in twice the
    `parts`.
    """

    task: Task
    network: torch.nn.Module
    where: torch.device
    precision: Precision
    parts: int = 1

    @property
    def said(self) -> str:
        """What to say of it beside how training goes."""
        return f", memory ran out: a batch is taken in {self.parts} parts" if self.parts > 1 else ""

    def gradients(self, batch: Any) -> float:
        """The mean loss of a batch; the gradient is in the parameters, unless the loss is not finite.

        Raises ComponentError where memory runs out on the smallest part.
        """
        while True:
            some = self._split(batch)
            try:
                return self._whole(some)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if len(some) < self.parts or not hasattr(self.task, "split"):
                    raise ComponentError(
                        "memory ran out in training, on the smallest batch there can be; take shorter texts "
                        "or a "
                        "smaller model"
                    ) from error
            self.parts *= 2

    def _split(self, batch: Any) -> list[Any]:
        return self.task.split(batch, self.parts) if self.parts > 1 else [batch]  # type: ignore[attr-defined]

    def _whole(self, some: list[Any]) -> float:
        for parameter in self.network.parameters():
            parameter.grad = None
        total = 0.0
        for part in some:
            with autocast(self.where, self.precision):
                loss = self.task.loss(self.network, part) / len(some)
            total += float(loss.detach())
            if math.isfinite(total):
                loss.backward()  # type: ignore[no-untyped-call]
        return total


def out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: CUDA has an error of its own, others only a message."""
    said = str(error).lower()
    words = ("out of memory", "not enough memory", "can't allocate memory", "alloc_failed")
    return isinstance(error, MemoryError) or any(word in said for word in words)
