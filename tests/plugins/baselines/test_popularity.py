import numpy as np

from palate.testing import asking, training_of
from palate_baselines.popularity import Popularity


def test_counts_each_user_once_and_knows_the_cold_item():
    fitted = Popularity().fit(training_of([[0, 0, 1], [1], [1, 2]], 4))
    assert fitted.score(asking([[]], 4)).tolist() == [[1.0, 3.0, 1.0, 0.0]]


def test_every_user_gets_the_same():
    fitted = Popularity().fit(training_of([[0, 1], [1]], 3))
    scores = fitted.score(asking([[0], [1, 2], []], 3, users=[0, 1, -1]))
    assert np.array_equal(scores, [[1, 2, 0]] * 3)
