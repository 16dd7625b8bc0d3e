import numpy as np
import scipy.sparse as sp

from palate.arrays import stacks as module
from palate.arrays.stacks import HALF_STEPS, POWERS, stacked, stacks, with_zeros


def lengths_of(counts, lengths):
    return {
        int(row): length for rows, length in stacks(np.array(counts), lengths, lambda _: 4) for row in rows
    }


def test_every_row_with_entries_is_in_one_stack_of_the_next_length():
    counts = [0, 1, 2, 3, 4, 5, 8, 9, 0, 1]
    assert lengths_of(counts, POWERS) == {1: 1, 9: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 16}
    assert lengths_of(counts, HALF_STEPS) == {1: 1, 9: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 12}


def test_a_stack_takes_no_more_than_its_bytes_or_is_one_row(monkeypatch):
    monkeypatch.setattr(module, "STACK_BYTES", 100)
    counts = np.array([2, 2, 2, 2, 2, 64])
    found = [(rows.tolist(), length) for rows, length in stacks(counts, POWERS, lambda length: 20 * length)]
    assert found == [([0, 1], 2), ([2, 3], 2), ([4], 2), ([5], 64)]


def test_the_vectors_of_a_row_stand_in_its_order_with_zeros_behind():
    matrix = sp.csr_array(np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], np.float32))
    vectors = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    found = stacked(matrix, (np.array([0, 1]), 3), with_zeros(vectors))
    assert found.dtype == np.float32
    assert found.tolist() == [[[3, 4], [5, 6], [0, 0]], [[1, 2], [0, 0], [0, 0]]]
