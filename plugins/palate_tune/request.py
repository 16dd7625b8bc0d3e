"""What is tuned and how, in a form that can be sent to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Sampler = Literal["tpe", "random", "grid"]
Pruner = Literal["none", "median"]


@dataclass(frozen=True)
class TuningRequest:
    """One recipe to tune.

    `settings` are laid over the recipe as for a run; `metric` is None for the recipe's first one, `seed` None
    for the recipe's own, `minutes` None for as long as the trials take, `study` empty for a name made of
    recipe, metric and options.
    """

    recipe: str | Path | Mapping[str, Any]
    settings: tuple[str, ...] | Mapping[str, Any]
    metric: str | Mapping[str, Any] | None
    trials: int
    sampler: Sampler
    pruner: Pruner
    seed: int | None
    study: str
    store: str
    minutes: float | None = None
