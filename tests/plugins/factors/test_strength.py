"""What an interaction weighs is how strongly the item is liked."""

from dataclasses import replace

import numpy as np
import pytest

from palate.testing import asking, crowd
from palate_factors.ials import Ials
from palate_factors.least_squares import solve_rows


@pytest.fixture
def marked():
    """The crowd's likes with strengths 1, 2 and 3 in turn."""
    training, query = crowd(seed=3)
    strengths = (1 + np.arange(len(training.history.items)) % 3).astype(np.float32)
    return tuple(
        replace(each, history=replace(each.history, strengths=strengths)) for each in (training, query)
    )


def test_one_row_is_the_answer_of_its_weighed_normal_equations():
    """Weight 3 on (1, 0) and 1 on (1, 1): [[4 + 2, 1], [1, 1 + 2]] x = (4, 1)."""
    items = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    matrix = asking([[0, 2]], 3).history.matrix.copy()
    matrix.data = np.array([3, 1], np.float32)
    got = solve_rows(matrix, items, np.zeros((2, 2), np.float32), np.array([2.0]), alike=False)
    assert np.allclose(got, [[11 / 17, 2 / 17]], atol=1e-6)


def test_an_item_liked_three_times_as_much_is_three_rows_of_it(marked):
    training, query = marked
    ranker = Ials(factors=3, iterations=3)
    items = ranker.fit(training).item_factors_.astype(float)
    got = ranker.score(query)
    weights = query.history.weights.toarray().astype(float)
    for user in (1, 5, 9):
        there = np.flatnonzero(weights[user])
        left = ranker.unobserved_ * items.T @ items
        left += (items[there].T * weights[user, there]) @ items[there]
        left += ranker.l2_ * (len(there) + ranker.unobserved_ * len(items)) * np.eye(3)
        factors = np.linalg.solve(left, weights[user, there] @ items[there])
        assert np.allclose(got[user], items @ factors, atol=1e-4)


def test_strengths_can_be_left_out_and_explanations_add_up(marked):
    training, query = marked
    plain, _ = crowd(seed=3)
    without = Ials(factors=3, strength=False).fit(training)
    assert np.array_equal(without.item_factors_, Ials(factors=3).fit(plain).item_factors_)
    ranker = Ials(factors=3).fit(training)
    assert not np.array_equal(without.item_factors_, ranker.item_factors_)
    asked = np.full(len(query), 7, np.int32)
    found = ranker.explain(query, asked)
    total = found.rest.copy()
    owners = np.repeat(np.arange(len(query)), np.diff(query.history.matrix.indptr))
    np.add.at(total, owners, found.past)
    assert np.allclose(total, ranker.score(query)[:, 7], atol=1e-4)
