"""In `ease` and `item-knn` likes count by their strength, and dislikes take away, as their options say."""

from functools import partial

import numpy as np
import pytest

from palate.data import History, Query
from palate.testing import training_of
from palate_linear.ease import Ease
from palate_neighbours.item_knn import ItemKNN


@pytest.fixture(params=[partial(Ease, l2=2.0), ItemKNN], ids=["ease", "item-knn"])
def fitted(request):
    def make(**options):
        return request.param(**options).fit(training_of([[0, 1, 2], [0, 1], [1, 2], [0, 3], [2, 3]], 4))

    return make


@pytest.fixture
def query():
    """User 0 likes item 0 by 3 and item 1 by 1, and dislikes item 2 by 2; user 1 only likes item 3."""
    liked = History(
        np.array([0, 2, 3]), np.array([0, 1, 3], np.int32), 4, strengths=np.array([3, 1, 1], np.float32)
    )
    against = History(np.array([0, 1, 1]), np.array([2], np.int32), 4, strengths=np.array([2], np.float32))
    return Query(np.array([-1, -1], np.int32), liked, None, against)


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({}, [3, 1, 0, 0]),
        ({"strength": False}, [1, 1, 0, 0]),
        ({"disliked": 0.5}, [3, 1, -1, 0]),
        ({"strength": False, "disliked": 0.5}, [1, 1, -0.5, 0]),
    ],
)
def test_scores_are_what_items_say_times_what_the_user_says_of_them(fitted, query, options, first):
    ranker = fitted(**options)
    table = ranker.weights_ if isinstance(ranker, Ease) else ranker.similarity_.matrix.toarray()
    expected = np.array([first, [0, 0, 0, 1]], np.float32) @ table
    assert np.allclose(ranker.score(query), expected, atol=1e-6)
    for item in range(4):
        found = ranker.explain(query, np.array([item, item], np.int32))
        parts = np.add(found.rest, [found.past[:2].sum(), found.past[2]])
        assert np.allclose(parts, expected[:, item], atol=1e-6)


def test_without_feedback_every_item_counts_once(fitted, query):
    plain = Query(query.users, History(query.history.indptr, query.history.items, 4))
    again = fitted(strength=False, disliked=2.0).score(plain)
    assert fitted().score(plain).tobytes() == again.tobytes()
