"""The modules of a chain as one network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palate.components.trainable import Sizes, is_trainable
from palate.training.chain import Chain, sizes_of

if TYPE_CHECKING:
    import torch

FACTOR = 10.0
"""What cosines are multiplied by when training begins."""


def chain_network(chain: Chain, vectors: NDArray[np.float32]) -> tuple[torch.nn.Module, dict[str, Sizes]]:
    """The network, and the sizes that each of its modules was made for.

    It has `features(x)`, from float32[m, d] of item vectors to what the aggregator gets (rows of zeros stay
    zeros); `aggregator`, the module or None; `head(interests)` float32[m, k, h], and `table(features)`
    float32[items, h], whose inner products are the scores.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    sizes: dict[str, Sizes] = {}
    given, transforms = vectors, nn.ModuleList()
    for at, transform in enumerate(chain.transforms):
        made, sizes[f"transforms.{at}"] = _module(transform, sizes_of(given))
        transforms.append(made)
        with torch.inference_mode():
            given = made.eval()(torch.from_numpy(np.array(given))).numpy()
    own = sizes_of(given)
    aggregator: Any = None
    ranker: Any = None
    if is_trainable(chain.aggregator):
        aggregator, sizes["aggregator"] = _module(chain.aggregator, own)
    if chain.ranker is not None:
        ranker, sizes["ranker"] = _module(chain.ranker, own)

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transforms, self.aggregator, self.ranker = transforms, aggregator, ranker
            self.factor = nn.Parameter(torch.tensor(FACTOR).log()) if ranker is None else None

        def features(self, x: torch.Tensor) -> torch.Tensor:
            there = x.any(-1, keepdim=True)
            for transform in self.transforms:
                x = transform(x) * there
            return x

        def head(self, interests: torch.Tensor) -> torch.Tensor:
            if self.factor is None:
                found: torch.Tensor = self.ranker(interests)
                return found
            return functional.normalize(interests, dim=-1) * self.factor.exp()

        def table(self, features: torch.Tensor) -> torch.Tensor:
            if self.factor is None:
                found: torch.Tensor = self.ranker.table()
                return found
            return functional.normalize(features, dim=-1)

    return Network(), sizes


def _module(component: Any, sizes: Sizes) -> tuple[torch.nn.Module, Sizes]:
    return component.torch_module(sizes), sizes
