"""A weight vector and a bias for each item, trained on interests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Lt
from numpy.typing import NDArray

from palate.arrays.products import row_product
from palate.components.contracts import Scores
from palate.components.trainable import Sizes
from palate.data import Query, Training
from palate.errors import ComponentError
from palate.training import TrainOptions
from palate_learned.untrained import check_trained

if TYPE_CHECKING:
    import torch


@dataclass
class Softmax:
    """Items by their probability R = softmax(V·I + b''), with V and b'' trained on what comes next.

    I is a user's interest; of several the best one counts for each item. Items without an event in training
    have no score: nothing is known of their V.
    """

    name: ClassVar[str] = "softmax"
    needs: ClassVar[frozenset[str]] = frozenset({"vectors", "interests", "history"})
    libraries: ClassVar[tuple[str, ...]] = ("torch", "safetensors")
    extra: ClassVar[str] = "sequence"

    dropout: Annotated[float, Ge(0), Lt(1)] = 0.2
    """The share of an interest's entries that is dropped in training."""
    train: TrainOptions | None = None
    """How the branch is trained, said by one of its components."""

    counts_: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    weight_: NDArray[np.float32] = field(init=False, repr=False, compare=False)
    bias_: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def fit(self, training: Training) -> Softmax:
        """Count the users of each item, which the bias begins with."""
        self.counts_ = np.asarray(training.history.popularity)
        return self

    def torch_module(self, sizes: Sizes) -> torch.nn.Module:
        """float32[..., width + 1] of interests, and `table()` of items beside it: V and b''."""
        import torch
        from torch import nn
        from torch.nn import functional

        dropout, prior = self.dropout, np.log1p(self.counts_).astype(np.float32)

        class Network(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                spread = 0.1 * sizes.width**-0.5 / sizes.scale
                self.weight = nn.Parameter(torch.empty(sizes.items, sizes.width).normal_(0, spread))
                self.bias = nn.Parameter(torch.from_numpy(prior - prior.mean()))
                self.drop = nn.Dropout(dropout)

            def forward(self, interests: torch.Tensor) -> torch.Tensor:
                return functional.pad(self.drop(interests), (0, 1), value=1.0)

            def table(self) -> torch.Tensor:
                return torch.cat([self.weight, self.bias[:, None]], 1)

        return Network()

    def set_weights(self, weights: Mapping[str, NDArray[Any]], sizes: Sizes) -> None:
        self.weight_, self.bias_ = weights["weight"], weights["bias"]

    def score(self, query: Query) -> Scores:
        """float32[n, items]; NaN for items without an event in training, and for users without an interest.

        The other scores of a user sum to 1. Raises ComponentError before it is trained, and for interests of
        another width.
        """
        check_trained(self, "weight_")
        given = query.interests
        width = self.weight_.shape[1]
        if given is None or given.shape[2] != width:
            got = "none" if given is None else f"of {given.shape[2]}"
            raise ComponentError(f"ranker 'softmax' needs interests of {width} dimensions; got {got}")
        flat = row_product(given.reshape(-1, width), self.weight_)
        scores: Scores = flat.reshape(*given.shape[:2], len(self.bias_)).max(axis=1)
        scores += self.bias_
        scores[:, self.counts_ == 0] = -np.inf
        scores -= np.maximum(scores.max(axis=1, keepdims=True, initial=-np.inf), np.finfo(np.float32).min)
        np.exp(scores, out=scores)
        total = scores.sum(axis=1, keepdims=True)
        np.divide(scores, total, out=scores, where=total > 0)
        scores[:, self.counts_ == 0] = np.nan
        scores[~given.any(axis=(1, 2))] = np.nan
        return scores
