import numpy as np
import pytest

from palate.components.component import Component
from palate.data import change
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, conforms, crowd, training_of
from palate_neighbours.user_knn import UserKNN

# Who asks met items 0 and 1. User 0 shares both, user 1 one, user 2 none.
LISTS = [[0, 1, 2], [0, 3], [2, 3]]
MEASURES = ["cosine", "jaccard", "tfidf", "bm25"]

TestUserKNN = conforms(UserKNN, neighbours=30)


def scores(lists, asked, n_items, **options):
    return UserKNN(**options).fit(training_of(lists, n_items)).score(asking(asked, n_items))


def test_cosine_is_items_in_common_over_the_root_of_the_product():
    near = [2 / np.sqrt(6), 1 / 2]
    assert np.allclose(scores(LISTS, [[0, 1]], 4), [[sum(near), near[0], near[0], near[1]]])


def test_jaccard_is_items_in_common_over_items_of_either():
    near = [2 / 3, 1 / 3]
    got = scores(LISTS, [[0, 1]], 4, similarity="jaccard")
    assert np.allclose(got, [[sum(near), near[0], near[0], near[1]]])


def test_tfidf_is_the_cosine_of_rows_weighted_by_how_rare_each_item_is():
    # log((1 + 3) / (1 + users)): items 0, 2 and 3 have two users, item 1 one.
    two, one = np.log(4 / 3) ** 2, np.log(4 / 2) ** 2
    asking_size = two + one
    near = [(two + one) / np.sqrt(asking_size * (2 * two + one)), two / np.sqrt(asking_size * 2 * two)]
    got = scores(LISTS, [[0, 1]], 4, similarity="tfidf")
    assert np.allclose(got, [[sum(near), near[0], near[0], near[1]]])


def test_bm25_is_the_product_of_okapi_weights():
    # Weights log(1 + (users - p + .5) / (p + .5)) with 3 users; 7/3 items a user on average.
    two, one = np.log1p(1.5 / 2.5) ** 2, np.log1p(2.5 / 1.5) ** 2
    saturated = {size: 2.2 / (1 + 1.2 * (0.25 + 0.75 * size / (7 / 3))) for size in (2, 3)}
    near = [(two + one) * saturated[2] * saturated[3], two * saturated[2] ** 2]
    got = scores(LISTS, [[0, 1]], 4, similarity="bm25")
    assert np.allclose(got, [[sum(near), near[0], near[0], near[1]]])


def test_shrink_is_added_to_the_denominator():
    got = scores(LISTS, [[0, 1]], 4, shrink=2.0)
    assert np.isclose(got[0, 1], 2 / (np.sqrt(6) + 2))
    with pytest.raises(ComponentError, match="bm25"):
        scores(LISTS, [[0]], 4, similarity="bm25", shrink=1.0)


def test_only_the_nearest_users_count():
    near = 2 / np.sqrt(6)
    assert np.allclose(scores(LISTS, [[0, 1]], 4, neighbours=1), [[near, near, near, 0]])


@pytest.mark.parametrize("neighbours", [3, 100])
def test_scores_are_those_of_a_search_user_by_user(neighbours):
    training, query = crowd()
    met = training.history.matrix.toarray().astype(float)
    right = np.zeros_like(met)
    for person, row in enumerate(met):
        with np.errstate(invalid="ignore"):
            near = met @ row / np.sqrt(met.sum(axis=1) * row.sum())
        near = np.nan_to_num(near)
        kept = np.argsort(-near, kind="stable")[:neighbours]
        right[person] = near[kept] @ met[kept]
    got = UserKNN(neighbours=neighbours).fit(training).score(query)
    if neighbours == 100:
        assert np.allclose(got, right, atol=1e-5)
    else:  # ties among the last kept may fall either way
        assert np.allclose(got.max(axis=1), right.max(axis=1), atol=1.0)
        assert (got <= UserKNN(neighbours=100).fit(training).score(query) + 1e-5).all()


@pytest.mark.parametrize("measure", MEASURES)
def test_it_finds_the_item_that_each_user_is_missing(measure):
    training, query, missing = checkerboard()
    got = UserKNN(similarity=measure).fit(training).score(query)
    got[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(got.argmax(axis=1), missing)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_cold_item_and_a_user_without_history_score_nothing(measure):
    got = scores(LISTS, [[0, 1], [], [4]], 5, similarity=measure)
    assert got[0, 4] == 0
    assert got[0, 2] > 0
    assert not got[1:].any()


@pytest.mark.parametrize("options", [{"neighbours": 0}, {"shrink": -1.0}, {"similarity": "pearson"}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", UserKNN, "neighbours", "palate", "0").check(options)
    assert list(problems) == list(options)


@pytest.mark.parametrize(
    "later", [[[0, 1, 2], [1], [0, 3, 5], [], [4], [2, 5]], [[0, 1, 2], [], [0, 3]], [[5]] * 5]
)
@pytest.mark.parametrize("measure", MEASURES)
def test_after_a_change_the_rows_are_those_of_a_fit_bit_for_bit(measure, later, monkeypatch):
    before = training_of([[0, 1, 2], [], [0, 3], [2, 3], [4]], 5)
    after = training_of(later, 6)
    fresh, ranker = UserKNN(similarity=measure).fit(after), UserKNN(similarity=measure).fit(before)
    monkeypatch.delattr(UserKNN, "fit")

    ranker.partial_fit(*change(before, after))

    for name in ("indptr", "indices", "data"):
        found, right = (getattr(each.met_.matrix, name) for each in (ranker, fresh))
        np.testing.assert_array_equal(found, right)
    np.testing.assert_array_equal(ranker.weights_, fresh.weights_)
