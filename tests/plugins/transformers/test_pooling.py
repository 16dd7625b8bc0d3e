import numpy as np
import pytest

from palate_transformers.pooling import pooling_weights

MASK = np.array([[1, 1, 1, 1], [1, 1, 0, 0]])


@pytest.mark.parametrize(
    ("pooling", "skipped", "weights"),
    [
        ("mean", [0, 0], [[0.25] * 4, [0.5, 0.5, 0, 0]]),
        ("cls", [0, 0], [[1, 0, 0, 0], [1, 0, 0, 0]]),
        ("last", [0, 0], [[0, 0, 0, 1], [0, 1, 0, 0]]),
        ("weighted-mean", [0, 0], [[0.1, 0.2, 0.3, 0.4], [1 / 3, 2 / 3, 0, 0]]),
        ("mean", [2, 1], [[0, 0, 0.5, 0.5], [0, 1, 0, 0]]),
        ("weighted-mean", [2, 1], [[0, 0, 1 / 3, 2 / 3], [0, 1, 0, 0]]),
        ("last", [2, 1], [[0, 0, 0, 1], [0, 1, 0, 0]]),
    ],
)
def test_weights_by_hand(pooling, skipped, weights):
    found = pooling_weights(MASK, np.array(skipped), pooling)
    assert found.dtype == np.float32
    assert np.allclose(found, weights)
