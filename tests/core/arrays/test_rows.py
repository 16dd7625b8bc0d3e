import numpy as np
import pytest
import scipy.sparse as sp

from palate.arrays.rows import csr_of, entries_at, entry_rows, row_of_ones, rows_of_two, unit_rows

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


def test_an_array_of_known_parts_is_the_one_that_scipy_checks():
    parts = np.array([2, 3], np.float32), np.array([1, 4], np.int32), np.array([0, 2], np.int32)
    found, checked = csr_of(*parts, (1, 6)), sp.csr_array(parts, shape=(1, 6))
    assert found.toarray().tolist() == checked.toarray().tolist() == [[0, 2, 0, 0, 3, 0]]
    assert csr_of(parts[0][:0], parts[1][:0], np.zeros(2, np.int32), (1, 6)).nnz == 0
    assert (found @ np.eye(6, dtype=np.float32)).tolist() == checked.toarray().tolist()


def test_a_row_of_ones_is_the_one_that_scipy_makes_and_shares_nothing_that_can_be_changed():
    for items in ([1, 4], [0, 5], [], [2, 3]):
        at = np.array(items, np.int32)
        found = row_of_ones(at, 6)
        checked = sp.csr_array((np.ones(len(at), np.float32), at, np.array([0, len(at)], np.int32)), (1, 6))
        assert found.toarray().tolist() == checked.toarray().tolist()
        assert found.has_canonical_format
        assert not any(part.flags.writeable for part in (found.data, found.indices, found.indptr))


def test_the_entries_of_one_row_are_in_it():
    assert entry_rows(MATRIX[[2]]).tolist() == [0, 0]


@pytest.mark.parametrize("rows", [[], [4], [0, 1, 2, 3, 4], [2, 3, 4, 0, 1], [1, 1, 4, 3, 0], [2]])
def test_rows_of_two_arrays_are_those_of_one_below_the_other(rows):
    one, other = (
        sp.csr_array(np.array(each, np.float32))
        for each in ([[1, 0, 1], [0, 0, 0], [0, 1, 1]], [[1, 1, 1], [0, 1, 0]])
    )
    right = sp.vstack([one, other], format="csr")[np.array(rows, int)]
    found = rows_of_two(one, other, np.array(rows, int))
    for field in ("indptr", "indices", "data"):
        left, known = getattr(found, field), getattr(right, field)
        assert left.dtype == known.dtype
        assert left.tolist() == known.tolist()
    assert found.shape == right.shape
