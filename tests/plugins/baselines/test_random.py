import numpy as np

from palate.testing import asking, training_of
from palate_baselines.random import Random


def scores(seed=0, people=2000, n_items=50):
    fitted = Random().fit(training_of([[0]], n_items, seed=seed))
    return fitted.score(asking([[]] * people, n_items, users=range(people)))


def test_scores_are_uniform_between_0_and_1():
    found = scores()
    assert found.min() >= 0
    assert found.max() < 1
    share, _ = np.histogram(found, bins=10, range=(0, 1))
    assert np.allclose(share / found.size, 0.1, atol=0.01)


def test_no_item_and_no_user_is_favoured():
    found = scores()
    assert np.allclose(found.mean(axis=0), 0.5, atol=0.05)
    assert abs(np.corrcoef(found[0::2].ravel(), found[1::2].ravel())[0, 1]) < 0.02
    first = np.bincount(found.argmax(axis=1), minlength=50)
    assert first.max() < 80  # 40 on average


def test_another_seed_gives_other_scores():
    assert not np.array_equal(scores(seed=1), scores(seed=2))


def test_what_a_user_met_changes_their_scores_but_its_order_does_not():
    fitted = Random().fit(training_of([[0]], 5))
    one, other, turned = fitted.score(asking([[0, 1], [0, 2], [1, 0]], 5))
    assert not np.array_equal(one, other)
    assert np.array_equal(one, turned)
