"""The confidence of an interaction is alpha times how strongly the item is liked."""

from dataclasses import replace

import numpy as np
import pytest

from palate.testing import crowd

pytest.importorskip("implicit")

from palate_implicit.als import ALS
from palate_implicit.factorise import interactions
from palate_implicit.fold_in import fold_in


@pytest.fixture
def marked():
    training, query = crowd(seed=3)
    strengths = (0.5 + np.arange(len(training.history.items)) % 3).astype(np.float32)
    return tuple(
        replace(each, history=replace(each.history, strengths=strengths)) for each in (training, query)
    )


def test_implicit_gets_strengths_where_they_count(marked):
    training, _ = marked
    assert np.array_equal(interactions(training, True).toarray(), training.history.weights.toarray())
    assert np.array_equal(interactions(training).toarray(), training.history.matrix.toarray())


def test_a_user_is_folded_in_by_their_own_confidences(marked):
    _, query = marked
    items = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
    got = fold_in(query.history, items, 2.0, 5.0, strength=True)
    weights = query.history.weights.toarray().astype(float)
    for user in (1, 6, 8):
        confidence = 2 * weights[user]
        left = items.T @ items + 5 * np.eye(3)
        there = confidence > 0
        left += (items[there].T * (confidence[there] - 1)) @ items[there]
        assert np.allclose(got[user], np.linalg.solve(left, confidence @ items), atol=1e-4)


def test_scores_use_strengths_unless_told_not_to_and_explanations_add_up(marked):
    training, query = marked
    plain, unmarked = crowd(seed=3)
    without = ALS(factors=4, strength=False).fit(training)
    assert np.array_equal(without.score(query), ALS(factors=4).fit(plain).score(unmarked))
    ranker = ALS(factors=4).fit(training)
    assert not np.allclose(without.score(query), ranker.score(query))
    found = ranker.explain(query, np.full(len(query), 7, np.int32))
    total = found.rest.copy()
    np.add.at(total, np.repeat(np.arange(len(query)), np.diff(query.history.matrix.indptr)), found.past)
    assert np.allclose(total, ranker.score(query)[:, 7], atol=1e-4)
