"""Vectors in two dimensions."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingLibrary, PalateError

Method = Literal["pca", "t-sne"]
Points = NDArray[np.float32]


def two_dimensions(items: Points, people: Points, method: Method, seed: int) -> tuple[Points, Points]:
    """Places of items and people, float32[n, 2] each, from unit vectors [n, d] of one space.

    `pca`: the two directions along which the items differ most. Interests are means, which lie more
    along these than any item does: people are drawn nearer to the middle, all by the same factor, so
    that they spread as widely as the items, and their directions count. `t-sne`: what is near stays near and
    distances say little (van der Maaten and Hinton, 2008), by scikit-learn. Raises PalateError for
    fewer than three items, MissingLibrary where scikit-learn is not installed.
    """
    if len(items) < 3:
        raise PalateError(f"a map needs at least three items with a vector; there are {len(items)}")
    mean = items.mean(axis=0)
    both = np.concatenate([items, people]) - mean
    if method == "t-sne":
        places = _t_sne(both, seed)
    else:
        _, basis = np.linalg.eigh(np.cov(both[: len(items)].T.astype(np.float64)).reshape(both.shape[1], -1))
        plane = basis[:, ::-1][:, :2]
        plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), np.arange(plane.shape[1])])
        places = np.zeros((len(both), 2), np.float32)
        places[:, : plane.shape[1]] = both @ plane
        places[len(items) :] *= _spread(places[: len(items)]) / max(_spread(places[len(items) :]), 1e-9)
    return places[: len(items)], places[len(items) :]


def _spread(places: Points) -> float:
    return float(np.sqrt((places**2).sum(axis=1).mean())) if len(places) else 1.0


def _t_sne(both: Points, seed: int) -> Points:
    if find_spec("sklearn") is None:
        raise MissingLibrary(
            'a map by t-SNE needs scikit-learn: pip install "palate[map]"; or take --method pca'
        )
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(both) - 1) / 3)
    made = TSNE(perplexity=perplexity, init="pca", metric="cosine", random_state=seed)
    places: Points = made.fit_transform(both).astype(np.float32)
    return places
