"""How long to train, and with what steps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """When training ends, and how the weights move.

    It ends after `epochs`, or when the held-out value has not risen for `patience` epochs in a row (0: never
    for that reason), or when `minutes` are over (None: no limit), whichever comes first. The optimiser is
    Adam (Kingma & Ba 2015) with `betas`, a `learning_rate` that rises linearly over the first `warmup`
    epochs, and decoupled `weight_decay` (Loshchilov & Hutter 2019). Gradients longer than `clip` are
    shortened to it (0: never).
    """

    epochs: int = 100
    patience: int = 5
    minutes: float | None = None
    learning_rate: float = 1e-3
    warmup: float = 0.0
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 0.0
