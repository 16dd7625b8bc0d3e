"""One layer of features over item vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Lt
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.components.trainable import Sizes
from palate.errors import ComponentError
from palate.training import TrainOptions
from palate_learned.untrained import check_trained

if TYPE_CHECKING:
    import torch


@dataclass
class ReluLayer:
    """Features Y = ReLU(U·x + b') of each vector x, with U and b' trained on what comes next.

    It is trained together with the other trainable components of its branch. Where there are none, the mean
    of a history is trained to point, in features, where the next item's features point.
    """

    name: ClassVar[str] = "relu-layer"
    libraries: ClassVar[tuple[str, ...]] = ("torch", "safetensors")
    extra: ClassVar[str] = "sequence"

    features: Annotated[int, Ge(2)] = 64
    """How many features a vector gets."""
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.1
    """The share of features that is dropped in training."""
    train: TrainOptions | None = None
    """How the branch is trained, said by one of its components."""

    weight_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    bias_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, vectors: Vectors) -> ReluLayer:
        """Nothing is fitted before training. Raises ComponentError for vectors that are not finite."""
        if not np.isfinite(vectors).all():
            raise ComponentError(f"transform {self.name!r} got vectors with NaN or infinite numbers")
        return self

    def torch_module(self, sizes: Sizes) -> torch.nn.Module:
        """float32[m, features] from float32[m, width]."""
        from torch import nn

        layer = nn.Linear(sizes.width, self.features)
        nn.init.normal_(layer.weight, 0, (2 / sizes.width) ** 0.5 / sizes.scale)
        nn.init.zeros_(layer.bias)
        return nn.Sequential(layer, nn.ReLU(), nn.Dropout(self.dropout))

    def set_weights(self, weights: Mapping[str, NDArray[Any]], sizes: Sizes) -> None:
        self.weight_, self.bias_ = weights["0.weight"], weights["0.bias"]

    def apply(self, vectors: Vectors) -> Vectors:
        """float32[n, features]; a row of zeros stays zeros. Raises ComponentError before it is trained."""
        check_trained(self, "weight_")
        made: Vectors = vectors @ self.weight_.T
        made += self.bias_
        np.maximum(made, 0, out=made)
        made[~np.any(vectors, axis=1)] = 0
        return made
