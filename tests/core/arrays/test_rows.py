import numpy as np
import scipy.sparse as sp

from palate.arrays.rows import entries_at, entry_rows, unit_rows

MATRIX = sp.csr_array(np.array([[0, 5, 7], [0, 0, 0], [8, 0, 9]], np.float32))


def test_rows_get_length_one_and_zeros_stay():
    found = unit_rows(np.array([[3, 4], [0, 0], [0, -2]], np.float32))
    assert np.allclose(found, [[0.6, 0.8], [0, 0], [0, -1]])
    assert found.dtype == np.float32


def test_several_vectors_of_a_user_get_length_one_each():
    found = unit_rows(np.array([[[3, 4], [0, 5]]], np.float32))
    assert np.allclose(found, [[[0.6, 0.8], [0, 1]]])


def test_each_entry_has_its_row():
    assert entry_rows(MATRIX).tolist() == [0, 0, 2, 2]


def test_entries_are_found_by_row_and_column_in_any_order():
    found = entries_at(MATRIX, np.array([2, 0, 2, 0]), np.array([2, 1, 0, 2]))
    assert MATRIX.data[found].tolist() == [9, 5, 8, 7]
