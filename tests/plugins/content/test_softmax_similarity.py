import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate.registry import installed
from palate_content.softmax_similarity import SoftmaxSimilarity

VECTORS = np.array([[1, 0], [0, 1], [0, 0]], np.float32)
RANKERS = [each for each in installed() if each.kind == "ranker" and each.plugin == "content"]


def training(vectors=VECTORS, lists=((0,), (0,), (0, 1))):
    items = Items(pl.DataFrame({"id": range(3), "title": ["first", "second", "third"]}))
    return Training(History.from_lists(lists, 3), items, pl.DataFrame({"id": range(len(lists))}), vectors)


def ask(interests):
    interests = np.array(interests, np.float32)
    return Query(
        np.full(len(interests), -1, np.int32), History.from_lists([[0]] * len(interests), 3), interests
    )


def test_scores_are_the_softmax_computed_by_hand():
    scores = SoftmaxSimilarity(temperature=1.0).fit(training()).score(ask([[[2, 0]]]))
    e = np.exp(2)
    np.testing.assert_allclose(scores, [[e / (e + 1), 1 / (e + 1), np.nan]], rtol=1e-6)


def test_with_popularity_as_the_prior_an_item_met_three_times_starts_with_four():
    scores = SoftmaxSimilarity(temperature=1.0, popularity=1.0).fit(training()).score(ask([[[0, 1e-20]]]))
    np.testing.assert_allclose(scores, [[4 / 6, 2 / 6, np.nan]], rtol=1e-5)


def test_several_interests_are_averaged():
    given = [[[1, 0]] * 2, [[0, 1]] * 2, [[1, 0], [0, 1]]]
    one, other, both = SoftmaxSimilarity().fit(training()).score(ask(given))
    np.testing.assert_allclose(both, (one + other) / 2, rtol=1e-6)


def test_a_user_without_an_interest_has_no_score():
    assert np.isnan(SoftmaxSimilarity().fit(training()).score(ask([[[0, 0]]]))).all()


def test_large_numbers_do_not_overflow():
    scores = SoftmaxSimilarity(temperature=1e-6).fit(training()).score(ask([[[1e6, 0]]]))
    np.testing.assert_allclose(scores, [[1, 0, np.nan]])


@pytest.mark.parametrize("ranker", RANKERS, ids=lambda each: each.name)
def test_damaged_vectors_are_refused_with_the_item(ranker):
    damaged = VECTORS.copy()
    damaged[1, 1] = np.nan
    with pytest.raises(ComponentError, match=rf"'{ranker.name}' got vectors with NaN .* the first 'second'"):
        ranker.make().fit(training(damaged))


@pytest.mark.parametrize("ranker", RANKERS, ids=lambda each: each.name)
def test_interests_of_another_width_are_refused(ranker):
    with pytest.raises(ComponentError, match="items' vectors have 2 dimensions and the interests 3"):
        ranker.make().fit(training()).score(ask([[[1, 0, 0]]]))
