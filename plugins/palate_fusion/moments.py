"""The mean and the standard deviation of many scores, the same to the last bit in whatever order they are."""

from __future__ import annotations

from math import frexp, sqrt

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
BITS = 52  # behind the leading one of a float64


def moments(values: Values, zeros: int = 0) -> tuple[float, float]:
    """(Mean, standard deviation) of finite float64[n] and so many zeros, which need not be written out.

    What is summed is rounded before to a grid on which no sum needs rounding, so that its order changes
    nothing, and zeros are only counted. The grid is at most count / 2^50 times the largest value wide: with a
    million values their mean is good to nine digits of that. Equal values have a deviation of exactly 0.
    """
    count, present = len(values) + zeros, values != 0
    if np.count_nonzero(present) < len(values):
        values = values[present]
    if not len(values):
        return 0.0, 0.0
    rounded = _on_grid(values, count)
    mean = float(np.add.reduce(rounded)) / count
    rounded -= mean
    total = float(np.add.reduce(_on_grid(np.square(rounded, out=rounded), count)))
    return mean, sqrt((total + (count - len(values)) * (mean * mean)) / count)


def _on_grid(values: Values, count: int) -> Values:
    """Each rounded to a multiple of one number; so many of them add up to no more than 2^52 times that."""
    largest = max(float(np.maximum.reduce(values)), -float(np.minimum.reduce(values)), 0.0)
    shift = 1.5 * 2.0 ** (frexp(largest)[1] + count.bit_length())
    rounded = values + shift
    rounded -= shift
    return rounded
