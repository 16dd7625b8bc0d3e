import numpy as np
import polars as pl
import pytest

from palate import History, Items, Query, Training
from palate.errors import ComponentError
from palate_content.similarity import Cosine, Dot, Euclidean

RANKERS = [Cosine, Dot, Euclidean]
VECTORS = np.array([[3, 4], [0, 0], [0, 2], [-1, 0]], np.float32)
NAN = float("nan")


def training(vectors):
    n = 4 if vectors is None else len(vectors)
    items = Items(pl.DataFrame({"id": range(n)}))
    return Training(History.from_lists([[0]], n), items, pl.DataFrame({"id": [0]}), vectors)


def ask(interests, n_items=4):
    interests = np.array(interests, np.float32)
    history = History.from_lists([[0]] * len(interests), n_items)
    return Query(np.full(len(interests), -1, np.int32), history, interests)


@pytest.mark.parametrize(
    ("ranker", "wanted"),
    [(Cosine, [0.8, NAN, 1, 0]), (Dot, [20, NAN, 10, 0]), (Euclidean, [-(10**0.5), NAN, -3, -(26**0.5)])],
)
def test_scores_are_those_computed_by_hand(ranker, wanted):
    scores = ranker().fit(training(VECTORS)).score(ask([[[0, 5]]]))
    np.testing.assert_allclose(scores, [wanted], rtol=1e-6)
    assert scores.dtype == np.float32


@pytest.mark.parametrize(
    ("ranker", "wanted"),
    [(Cosine, [0.8, NAN, 1, 1]), (Dot, [4, NAN, 2, 3]), (Euclidean, [-(18**0.5), NAN, -1, -(2**0.5)])],
)
def test_the_nearest_of_several_interests_counts(ranker, wanted):
    scores = ranker().fit(training(VECTORS)).score(ask([[[0, 1], [-3, 0]]]))
    np.testing.assert_allclose(scores, [wanted], rtol=1e-6)


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_user_without_any_interest_is_left_to_others(ranker):
    scores = ranker().fit(training(VECTORS)).score(ask([[[0, 0]], [[1, 1]]]))
    assert np.isnan(scores[0]).all()
    assert np.isnan(scores[1]).tolist() == [False, True, False, False]


@pytest.mark.parametrize("ranker", RANKERS)
def test_a_user_is_scored_the_same_alone_and_in_a_crowd(ranker):
    rng = np.random.default_rng(0)
    fitted = ranker().fit(training(rng.normal(size=(300, 37)).astype(np.float32)))
    query = ask(rng.normal(size=(150, 2, 37)), 300)
    alone = [fitted.score(query.take(slice(i, i + 1))) for i in range(150)]
    assert np.array_equal(fitted.score(query), np.concatenate(alone))


def test_cosine_agrees_with_scipy():
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(0)
    items, people = rng.normal(size=(30, 5)).astype(np.float32), rng.normal(size=(9, 1, 5))
    scores = Cosine().fit(training(items)).score(ask(people, 30))
    np.testing.assert_allclose(scores, 1 - cdist(people[:, 0], items, "cosine"), atol=1e-6)


def test_euclidean_agrees_with_scipy():
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(0)
    items, people = rng.normal(size=(30, 5)).astype(np.float32), rng.normal(size=(9, 1, 5))
    scores = Euclidean().fit(training(items)).score(ask(people, 30))
    np.testing.assert_allclose(scores, -cdist(people[:, 0], items), atol=1e-5)


@pytest.mark.parametrize("ranker", RANKERS)
def test_scoring_leaves_the_vectors_and_interests_alone(ranker):
    vectors, query = VECTORS.copy(), ask([[[0, 5]]])
    ranker().fit(training(vectors)).score(query)
    assert np.array_equal(vectors, VECTORS)
    assert query.interests.tolist() == [[[0, 5]]]


@pytest.mark.parametrize("ranker", RANKERS)
def test_without_vectors_the_message_says_what_to_add(ranker):
    with pytest.raises(ComponentError, match="add `encode:`"):
        ranker().fit(training(None))


@pytest.mark.parametrize("ranker", RANKERS)
def test_without_interests_the_message_says_what_to_add(ranker):
    query = Query(np.array([-1], np.int32), History.from_lists([[0]], 4))
    with pytest.raises(ComponentError, match="add `aggregate:`"):
        ranker().fit(training(VECTORS)).score(query)
