import numpy as np
import pytest
import scipy.sparse as sp

from palate.arrays import svd as spectral
from palate.arrays.svd import right_singular


def sparse(people, items, seed=0):
    return sp.random_array(
        (people, items), density=0.3, format="csr", dtype=np.float32, rng=np.random.default_rng(seed)
    )


@pytest.mark.parametrize("narrow", [True, False])
def test_the_directions_are_those_of_a_full_decomposition(narrow, monkeypatch):
    if not narrow:
        monkeypatch.setattr(spectral, "DENSE_BELOW", 0)
    matrix = sparse(40, 30)
    right = np.linalg.svd(matrix.toarray().astype(float))[2][:4]
    got = right_singular(matrix, 4, np.random.default_rng(1))
    assert got.shape == (30, 4)
    assert np.allclose(np.abs(right @ got), np.eye(4), atol=1e-6)


def test_there_are_no_more_directions_than_the_matrix_has():
    matrix = sp.csr_array(np.array([[1, 1, 0], [1, 1, 0]], np.float32))
    got = right_singular(matrix, 3, np.random.default_rng(0))
    assert np.allclose(np.abs(got[:, 0]), [np.sqrt(0.5), np.sqrt(0.5), 0])
    assert got.shape == (3, 1)


def test_nothing_has_no_direction():
    assert right_singular(sp.csr_array((2, 3), dtype=np.float32), 2, np.random.default_rng(0)).shape == (3, 0)


def test_the_same_generator_gives_the_same_to_the_last_bit(monkeypatch):
    monkeypatch.setattr(spectral, "DENSE_BELOW", 0)
    one, other = (right_singular(sparse(50, 40), 5, np.random.default_rng(2)) for _ in range(2))
    assert np.array_equal(one, other)
