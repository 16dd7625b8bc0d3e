import numpy as np
import pytest
import scipy.sparse as sp

from palate import gram as counting
from palate.gram import fill_upper, gram


def random_matrix(n, m, density, seed=0):
    matrix = sp.random_array((n, m), density=density, rng=np.random.default_rng(seed), dtype=np.float32)
    matrix.data[:] = 1.0
    return sp.csr_array(matrix)


def test_the_gram_matrix_counts_what_was_met_together():
    met = sp.csr_array(np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]], np.float32))
    assert gram(met).tolist() == [[2, 2, 1], [2, 2, 1], [1, 1, 2]]


@pytest.mark.parametrize("many", [0, 1, 7, 22, 23])
@pytest.mark.parametrize("size", [1, 4 * 23 * 5, 2**20])
def test_every_way_to_the_gram_matrix_gives_exact_counts_whatever_the_chunk(many, size, monkeypatch):
    met = random_matrix(57, 23, 0.3)
    monkeypatch.setattr(counting, "CHUNK_BYTES", size)
    monkeypatch.setattr(counting, "_split", lambda matrix, place: many)
    assert np.array_equal(gram(met), met.toarray().T @ met.toarray())


def test_long_rows_go_the_dense_way_and_short_rows_the_sparse_way(monkeypatch):
    found = []
    split = counting._split
    monkeypatch.setattr(counting, "_split", lambda *given: found.append(split(*given)) or found[-1])
    gram(random_matrix(50, 40, 0.5))
    gram(random_matrix(50, 1000, 0.002))
    assert found == [40, 0]


def test_a_matrix_without_entries_has_no_counts():
    assert not gram(sp.csr_array((5, 3), dtype=np.float32)).any()


@pytest.mark.parametrize("n", [1, 7, 512, 700])
def test_filling_the_upper_triangle_makes_the_matrix_symmetric(n):
    full = np.random.default_rng(0).normal(size=(n, n))
    lower = np.tril(full) + np.triu(np.full((n, n), 99.0), 1)
    fill_upper(lower)
    assert np.array_equal(lower, np.tril(full) + np.tril(full, -1).T)
