"""How long to train, and with what steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Schedule:
    """When training ends, and how the weights move.

    It ends after `epochs`, or when the held-out value has not risen for `patience` epochs in a row (0: never
    for that reason), or when `minutes` are over (None: no limit), whichever comes first. The optimiser is
    Adam (Kingma & Ba 2015) with `betas`, a `learning_rate` that rises linearly over the first `warmup`
    epochs, and decoupled `weight_decay` (Loshchilov & Hutter 2019). Gradients longer than `clip` are
    shortened to it (0: never). With `decay` "linear" the learning rate then falls to nothing at the end of
    all `epochs`.
    """

    epochs: int = 100
    patience: int = 5
    minutes: float | None = None
    learning_rate: float = 1e-3
    warmup: float = 0.0
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 0.0
    decay: Literal["constant", "linear"] = "constant"

    def rate(self, epochs: float) -> float:
        """The learning rate after so many epochs, which need not be whole."""
        if epochs < self.warmup:
            return self.learning_rate * (epochs + 1e-3) / self.warmup
        if self.decay == "constant":
            return self.learning_rate
        left = (self.epochs - epochs) / max(self.epochs - self.warmup, 1e-9)
        return self.learning_rate * min(1.0, max(left, 0.0))
