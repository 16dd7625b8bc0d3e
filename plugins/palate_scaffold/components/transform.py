"""The transform `plugin-name` for palate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from palate import hookimpl


@dataclass
class PluginName:
    """Vectors whose every dimension varies as much as every other."""

    name: ClassVar[str] = "plugin-name"

    least: Annotated[float, Gt(0)] = 1e-3
    """A dimension that varies less than this is taken to vary so much."""

    scale_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: NDArray[np.float32]) -> PluginName:
        """Learn the standard deviation of each dimension of float32[items, d], those in training."""
        self.scale_ = np.maximum(vectors.std(axis=0), np.float32(self.least)).astype(np.float32)
        return self

    def apply(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32[n, d]."""
        return vectors / self.scale_


@hookimpl
def register_transforms() -> list[type]:
    return [PluginName]
