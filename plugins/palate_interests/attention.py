"""Self-attention over a user's items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.data import Query
from palate_interests.padded import Padded, padded


@dataclass
class Attention:
    """Mean of a user's items after self-attention: items similar to the rest count more.

    With U the vectors of a user's items, attention A is a softmax over their cosines, and the
    features are Y = A·U, or ReLU(A·U + bias) with `rectify`; the interest is the mean of Y. The
    attention of Vaswani et al., "Attention is all you need", 2017, with the items themselves as
    queries, keys and values, without trained weights.
    """

    name: ClassVar[str] = "attention"

    temperature: Annotated[float, Gt(0)] = 0.1
    """Low: an item attends to the most similar ones only; high: to all equally, which gives the mean."""
    rectify: bool = False
    """Whether negative features become 0."""
    bias: float = 0.0
    """Added to each feature before it is rectified."""
    latest: Annotated[int, Ge(1)] = 200
    """How many of a user's last different items count."""

    def profile(self, query: Query, vectors: Vectors) -> Vectors:
        """float32[n, 1, d] from float32[items, d]; zeros for a user without history."""
        out = np.zeros((len(query), 1, vectors.shape[-1]), np.float32)
        for block in padded(query.history, vectors, self.latest, squares=True):
            features = _attention(block, self.temperature) @ block.vectors
            if self.rectify:
                features = np.maximum(features + np.float32(self.bias), 0) * block.there[:, :, None]
            sizes = block.there.sum(axis=1).astype(np.float32)
            out[block.users, 0] = features.sum(axis=1) / sizes[:, None]
        return out


def _attention(block: Padded, temperature: float) -> NDArray[np.float32]:
    """float32[b, w, w]: how much each item (second axis) attends to each (third); rows sum to 1."""
    length = np.linalg.norm(block.vectors, axis=2, keepdims=True)
    unit = np.divide(block.vectors, length, out=np.zeros_like(block.vectors), where=length > 0)
    logits: NDArray[np.float32] = (unit @ unit.transpose(0, 2, 1)) / np.float32(temperature)
    np.copyto(logits, -np.inf, where=~block.there[:, None, :])
    logits -= logits.max(axis=2, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=2, keepdims=True)
    logits *= block.there[:, :, None]
    return logits
