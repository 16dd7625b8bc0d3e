"""Statistics of the vectors that transforms are fitted on, and checks that they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.contracts import Vectors
from palate.errors import ComponentError

Wide = NDArray[np.float64]
ROWS = 8192


@dataclass(frozen=True)
class Statistics:
    """Statistics of the vectors of the training items: the mean float64[d], the variance of
    each feature float64[d] and the covariances float64[d, d], None unless requested.
    """

    mean: Wide
    variance: Wide
    covariance: Wide


def statistics_of(vectors: Vectors, name: str, together: bool = False) -> Statistics:
    """Mean and variances of float32[n, d], some rows at a time; rows of zeros have no text and do not count.

    Raises ComponentError where no other row is there, or one holds NaN or an infinite number.
    """
    check_finite(vectors, name)
    width = vectors.shape[1]
    count, total = 0, np.zeros(width)
    for wide in _parts(vectors):
        count, total = count + len(wide), total + wide.sum(axis=0)
    if not count:
        raise ComponentError(_nothing(name, len(vectors)))
    mean, squares = total / count, np.zeros(width)
    products = np.zeros((width, width) if together else (0, 0))
    for wide in _parts(vectors):
        wide -= mean
        squares += np.einsum("ij,ij->j", wide, wide)
        if together:
            products += wide.T @ wide
    return Statistics(mean, squares / count, products / count)


def sample(vectors: Vectors, name: str, most: int) -> NDArray[np.int64]:
    """int64[m]: at most so many rows that are not all zeros, evenly spaced. Raises as `statistics_of`."""
    check_finite(vectors, name)
    rows = np.flatnonzero(vectors.any(axis=1))
    if not len(rows):
        raise ComponentError(_nothing(name, len(vectors)))
    return rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64)]


def _nothing(name: str, n: int) -> str:
    return (
        f"transform {name!r} needs the vector of at least one training item; "
        f"got {n} vectors, none of them other than zeros"
    )


def _parts(vectors: Vectors) -> Iterator[Wide]:
    for start in range(0, len(vectors), ROWS):
        part = vectors[start : start + ROWS]
        yield part[part.any(axis=1)].astype(np.float64)


def check_finite(vectors: Vectors, name: str) -> None:
    """Raise ComponentError for vectors with NaN or infinite numbers."""
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        raise ComponentError(
            f"transform {name!r} got {len(bad):,} of {len(vectors):,} vectors with NaN or infinite numbers, "
            f"the first in row {bad[0]}; the encoder must give finite vectors"
        )


def check_width(vectors: Vectors, width: int, name: str) -> None:
    """Raise ComponentError for vectors of another width than those that it was fitted on."""
    if vectors.ndim != 2 or vectors.shape[1] != width:
        raise ComponentError(
            f"transform {name!r} was fitted on vectors of {width} dimensions; got an array of shape "
            f"{vectors.shape}"
        )


def check_dimensions(wanted: int, width: int, name: str) -> None:
    """Raise ComponentError for more dimensions than the vectors have."""
    if wanted > width:
        raise ComponentError(
            f"transform {name!r} is to keep {wanted} dimensions, and the vectors have {width}; "
            "set `dimensions` to at most that"
        )


def projected(vectors: Vectors, mean: Vectors, matrix: Vectors) -> Vectors:
    """float32[n, k]: (vectors - mean) @ matrix float32[d, k]; a row of zeros stays zeros."""
    out: Any = (vectors - mean) @ matrix
    out[~vectors.any(axis=1)] = 0
    found: Vectors = np.asarray(out, np.float32)
    return found


def directions(covariance: Wide) -> tuple[Wide, Wide]:
    """The variances along the principal directions of float64[d, d], largest first, and the
    directions as columns float64[d, d], each with its largest entry positive.
    """
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = np.maximum(values[::-1], 0), vectors[:, ::-1]
    largest = np.abs(vectors).argmax(axis=0)
    return values, vectors * np.sign(vectors[largest, np.arange(vectors.shape[1])])
