import numpy as np
import pytest

from palate.errors import ComponentError
from palate_vectors.center import Center


def rows(*values):
    return np.array(values, np.float32)


def test_takes_the_mean_of_the_training_rows_from_every_row():
    fitted = Center().fit(rows([1, 2], [3, 6]))
    assert fitted.mean_.tolist() == [2, 4]
    assert fitted.apply(rows([2, 4], [1, 1])).tolist() == [[0, 0], [-1, -3]]


def test_an_item_without_text_is_not_counted_and_stays_without_direction():
    fitted = Center().fit(rows([1, 2], [0, 0], [3, 6]))
    assert fitted.mean_.tolist() == [2, 4]
    assert fitted.apply(rows([0, 0], [0, 1])).tolist() == [[0, 0], [-2, -3]]


def test_leaves_its_input_alone_and_keeps_float32():
    given = rows([1, 2], [3, 6])
    result = Center().fit(given).apply(given)
    assert given.tolist() == [[1, 2], [3, 6]]
    assert result.dtype == np.float32


def test_the_mean_of_many_large_rows_is_exact_to_float32():
    given = np.full((100_000, 1), 0.1, np.float32)
    assert Center().fit(given).mean_[0] == np.float32(0.1)


@pytest.mark.parametrize("given", [np.zeros((0, 3), np.float32), np.zeros((2, 3), np.float32)])
def test_refuses_to_learn_from_nothing(given):
    with pytest.raises(ComponentError, match="at least one training item"):
        Center().fit(given)
