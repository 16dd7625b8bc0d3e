import numpy as np
import pytest

from palate.arrays import threads
from palate_linear import blocked


def positive(size, seed=0):
    rows = np.random.default_rng(seed).standard_normal((size, size + 3))
    return rows @ rows.T + size * np.eye(size)


@pytest.mark.parametrize("size", [1, 4, 5, 11, 12])
def test_the_lower_triangle_is_that_of_the_inverse(size, monkeypatch):
    monkeypatch.setattr(blocked, "BLOCK", 4)
    matrix = positive(size)
    right = np.linalg.inv(matrix)
    assert blocked.invert(matrix)
    np.testing.assert_allclose(np.tril(matrix), np.tril(right), rtol=1e-10, atol=1e-12)


def test_only_the_lower_triangle_is_read(monkeypatch):
    monkeypatch.setattr(blocked, "BLOCK", 4)
    whole, lower = positive(10), np.tril(positive(10))
    assert blocked.invert(whole)
    assert blocked.invert(lower)
    np.testing.assert_array_equal(np.tril(lower), np.tril(whole))


def test_it_is_the_same_to_the_last_bit_whatever_the_number_of_cores(monkeypatch):
    monkeypatch.setattr(blocked, "BLOCK", 64)
    found = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(threads, "cores", lambda cores=cores: cores)
        matrix = positive(300)
        assert blocked.invert(matrix)
        found.append(np.tril(matrix).tobytes())
    assert found[0] == found[1] == found[2]


def test_a_matrix_that_is_not_positive_definite_is_said():
    assert not blocked.invert(np.diag([1.0, -1.0]))
