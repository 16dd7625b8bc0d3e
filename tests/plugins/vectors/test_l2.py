import numpy as np

from palate_vectors.l2 import L2


def test_every_row_gets_length_one_and_zeros_stay():
    given = np.array([[3, 4], [0, 0], [-2, 0]], np.float32)
    result = L2().fit(given).apply(given)
    np.testing.assert_allclose(result, [[0.6, 0.8], [0, 0], [-1, 0]], rtol=1e-6)
    assert result.dtype == np.float32


def test_very_small_rows_keep_their_direction():
    given = np.array([[3e-18, 4e-18]], np.float32)
    np.testing.assert_allclose(L2().apply(given), [[0.6, 0.8]], rtol=1e-5)


def test_applying_twice_changes_nothing_more():
    given = np.random.default_rng(1).normal(size=(20, 5)).astype(np.float32)
    once = L2().apply(given)
    np.testing.assert_allclose(L2().apply(once), once, rtol=1e-6)
