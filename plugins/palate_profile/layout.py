"""Vectors in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from palate.errors import MissingLibrary, PalateError

Method = Literal["pca", "t-sne"]
Points = NDArray[np.float32]


@dataclass(frozen=True)
class Layout:
    """Places float32[n, 2] of items and of interests, and what each axis is, in words."""

    items: Points
    interests: Points
    axes: tuple[str, str]


def two_dimensions(items: Points, interests: Points, method: Method, seed: int) -> Layout:
    """Places of items and interests from unit vectors [n, d] of one space.

    `pca`: the two directions along which the items differ most. Interests are means, which lie more
    along these than any item does: they are drawn nearer to the middle, all by the same factor, so
    that they spread as widely as the items, and their directions count. `t-sne`: what is near stays near and
    distances say little (van der Maaten and Hinton, 2008), by scikit-learn. Raises PalateError for
    fewer than three items, MissingLibrary where scikit-learn is not installed.
    """
    if len(items) < 3:
        raise PalateError(f"a map needs at least three items with a vector; there are {len(items)}")
    both = np.concatenate([items, interests]) - items.mean(axis=0)
    if method == "t-sne":
        places, axes = _t_sne(both, seed), ("first t-SNE dimension", "second t-SNE dimension")
    else:
        places, axes = _principal_components(both, len(items))
    return Layout(places[: len(items)], places[len(items) :], axes)


def _principal_components(both: Points, n: int) -> tuple[Points, tuple[str, str]]:
    """Places along the components of the first `n` rows, and the components with their variance."""
    values, basis = np.linalg.eigh(np.cov(both[:n].T.astype(np.float64)).reshape(both.shape[1], -1))
    plane = basis[:, ::-1][:, :2]
    plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), np.arange(plane.shape[1])])
    places = np.zeros((len(both), 2), np.float32)
    places[:, : plane.shape[1]] = both @ plane
    places[n:] *= _spread(places[:n]) / max(_spread(places[n:]), 1e-9)
    shares = np.append(values[::-1], 0.0)[:2] / max(float(values.sum()), 1e-12)
    first, second = (
        f"{name} principal component ({max(float(share), 0.0):.0%} of variance)"
        for name, share in zip(("first", "second"), shares, strict=True)
    )
    return places, (first, second)


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
