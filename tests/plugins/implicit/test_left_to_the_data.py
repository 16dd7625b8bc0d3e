"""Options that are left to the data grow with them."""

import numpy as np
import pytest

from palate.testing import training_of

pytest.importorskip("implicit")


def test_als_weighs_all_other_items_of_a_mean_user_eight_times_theirs():
    from palate_implicit.als import ALS

    fitted = ALS(factors=2, iterations=1).fit(training_of([[0, 1, 2, 3]] * 5 + [[]], 320))
    assert fitted.alpha_ == pytest.approx(320 / (8 * 4))
    assert fitted.regularization_ == pytest.approx(10 * 2)
    given = ALS(factors=2, iterations=1, alpha=3, regularization=7).fit(training_of([[0, 1]], 3))
    assert (given.alpha_, given.regularization_) == (3, 7)


def test_bpr_takes_longer_steps_where_users_take_fewer():
    from palate_implicit.bpr import BPR

    few, many = training_of([[0, 1]] * 3, 4), training_of([range(50)] * 3, 60)
    assert BPR(iterations=60)._rate(few) == pytest.approx(0.1)
    assert BPR(iterations=60)._rate(many) == pytest.approx(30 / (60 * 50))
    left, given = BPR(iterations=60).fit(many), BPR(iterations=60, learning_rate=0.01).fit(many)
    assert np.array_equal(left.item_factors_, given.item_factors_)
