import numpy as np
import pytest

from palate_serve.numbered import Numbered


def test_ids_are_found_by_their_number():
    numbered = Numbered.of([5, 7, 6, 11])
    found = numbered.rows_of([11, 5, 5, 7])
    assert found.tolist() == [3, 0, 0, 1]
    assert found.dtype == np.int32


@pytest.mark.parametrize(
    "ids", [[5, 8], [4], [12], [-(2**63)], [2**63 - 1], [2**64], [5, "7"], ["5"], [5.0], [5, 5.5], [None], []]
)
def test_what_is_no_id_is_left_to_others(ids):
    assert Numbered.of([5, 7, 6, 11]).rows_of(ids) is None


@pytest.mark.parametrize("ids", [["a", "b"], [], [1, 10**9], [1, "b"], [2**70, 2**70 + 1]])
def test_there_is_no_table_of_other_ids(ids):
    assert Numbered.of(ids) is None


def test_negative_numbers_are_ids_too():
    assert Numbered.of([-3, -1]).rows_of([-1, -3]).tolist() == [1, 0]
