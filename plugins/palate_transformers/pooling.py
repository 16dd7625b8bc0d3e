"""From the vectors of a text's tokens to one: their weighted sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from palate_transformers.model_folder import Pooling


def pooling_weights(
    mask: NDArray[np.int64], skipped: NDArray[np.int64], pooling: Pooling
) -> NDArray[np.float32]:
    """float32[n, t], rows that sum to one, from a mask [n, t] with 1 for each token of the text.

    Padding is on the right and never counts, nor do the first `skipped` (int64[n]) tokens of a row.
    `mean` weights the tokens equally; `cls` takes the first, `last` the last; `weighted-mean` weights
    token i by i, as in a decoder later tokens attend to more (Muennighoff, "SGPT", 2022).
    """
    ends = mask.sum(axis=1)
    weights = np.zeros(mask.shape, np.float32)
    if pooling in ("cls", "last"):
        weights[np.arange(len(mask)), skipped if pooling == "cls" else ends - 1] = 1
        return weights
    place = np.arange(mask.shape[1])
    counted = (place >= skipped[:, None]) & (place < ends[:, None])
    weights[counted] = 1
    if pooling == "weighted-mean":
        np.cumsum(weights, axis=1, out=weights)
        weights *= counted
    weights /= weights.sum(axis=1, keepdims=True)
    return weights
