import math
from fractions import Fraction

import numpy as np
import pytest

from palate_fusion.moments import moments


def test_the_mean_and_the_deviation_by_hand():
    # 2, 4, 4, 4, 5, 5, 7, 9 have the mean 5 and the variance 4.
    assert moments(np.array([2.0, 4, 4, 4, 5, 5, 7, 9])) == (5, 2)
    assert moments(np.array([4.0]), 3) == (1, math.sqrt(3))


def test_of_nothing_and_of_zeros_alone_they_are_0():
    assert moments(np.array([])) == (0, 0)
    assert moments(np.array([]), 7) == (0, 0)
    assert moments(np.zeros(3), 4) == (0, 0)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_and_written_zeros_change_no_bit(seed):
    rng = np.random.default_rng(seed)
    values = (rng.lognormal(0, 4, 1000) * rng.choice([-1, 1], 1000)).astype(np.float32).astype(np.float64)
    whole = np.concatenate([values, np.zeros(5000)])
    right = moments(values, 5000)
    assert moments(rng.permutation(values), 5000) == right
    assert moments(rng.permutation(whole)) == right
    assert moments(whole[:3000], 3000) == right


@pytest.mark.parametrize("value", [0.1, 3e38, -1e-38])
def test_equal_values_have_no_deviation(value):
    assert moments(np.full(3001, np.float32(value), np.float64))[1] == 0


def test_they_are_near_the_exact_ones():
    values = np.random.default_rng(0).gamma(0.2, 1, 20_000).astype(np.float32).astype(np.float64)
    exact = sum(map(Fraction, values.tolist())) / 80_000
    mean, spread = moments(values, 60_000)
    assert math.isclose(mean, exact, rel_tol=1e-9)
    squares = sum((Fraction(value) - exact) ** 2 for value in values.tolist()) + 60_000 * exact**2
    assert math.isclose(spread, math.sqrt(squares / 80_000), rel_tol=1e-9)
