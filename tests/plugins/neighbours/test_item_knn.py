import numpy as np
import pytest

from palate.components.component import Component
from palate.data import change
from palate.errors import ComponentError
from palate.testing import asking, checkerboard, crowd, training_of
from palate_neighbours import nearest as module
from palate_neighbours.item_knn import ItemKNN

# Item 0 was met by users 0, 1, 2; item 1 by 0, 1; item 2 by 2, 3; item 3 by nobody.
PLAIN = {"similarity": "cosine", "shrink": 0}
LISTS = [[0, 1], [0, 1], [0, 2], [2]]
MEASURES = ["cosine", "jaccard", "tfidf", "bm25"]


def similarity(lists, n_items, **options):
    return ItemKNN(**(PLAIN | options)).fit(training_of(lists, n_items)).similarity_.matrix.toarray()


def test_cosine_is_users_in_common_over_the_root_of_the_product():
    one, two = 2 / np.sqrt(6), 1 / np.sqrt(6)
    right = [[0, one, two, 0], [one, 0, 0, 0], [two, 0, 0, 0], [0, 0, 0, 0]]
    assert np.allclose(similarity(LISTS, 4), right)


def test_jaccard_is_users_in_common_over_users_of_either():
    right = [[0, 2 / 3, 1 / 4, 0], [2 / 3, 0, 0, 0], [1 / 4, 0, 0, 0], [0, 0, 0, 0]]
    assert np.allclose(similarity(LISTS, 4, similarity="jaccard"), right)


def test_tfidf_is_the_cosine_of_columns_weighted_by_how_picky_each_user_is():
    # log((1 + 4) / (1 + items met)): users 0 to 2 met two, user 3 one.
    two, one = np.log(5 / 3) ** 2, np.log(5 / 2) ** 2
    right = np.zeros((4, 4))
    right[0, 1] = right[1, 0] = 2 * two / np.sqrt(3 * two * 2 * two)
    right[0, 2] = right[2, 0] = two / np.sqrt(3 * two * (two + one))
    assert np.allclose(similarity(LISTS, 4, similarity="tfidf"), right)


def test_bm25_is_the_product_of_okapi_weights():
    # Users who met 2 of 4 items weigh log(1 + 2.5 / 2.5); items have 1.75 users on average.
    rare = np.log(2)
    saturation = [2.2 / (1 + 1.2 * (0.25 + 0.75 * people / 1.75)) for people in (3, 2, 2)]
    right = np.zeros((4, 4))
    right[0, 1] = right[1, 0] = 2 * rare**2 * saturation[0] * saturation[1]
    right[0, 2] = right[2, 0] = rare**2 * saturation[0] * saturation[2]
    assert np.allclose(similarity(LISTS, 4, similarity="bm25"), right)


def test_shrink_is_added_to_the_denominator():
    assert np.isclose(similarity(LISTS, 4, shrink=3.0)[0, 1], 2 / (np.sqrt(6) + 3))
    assert np.isclose(similarity(LISTS, 4, similarity="jaccard", shrink=3.0)[0, 1], 2 / 6)


def test_shrink_with_bm25_is_refused_for_it_would_do_nothing():
    with pytest.raises(ComponentError, match="bm25"):
        ItemKNN(similarity="bm25", shrink=1.0).fit(training_of(LISTS, 4))


def test_each_item_keeps_its_nearest_and_is_scored_by_them_alone():
    # Nearest to item 0 is item 1, to 1 and 2 it is 0: item 0 is not scored through item 2.
    fitted = ItemKNN(neighbours=1, **PLAIN).fit(training_of(LISTS, 4))
    scores = fitted.score(asking([[2], [0]], 4))
    assert np.allclose(scores, [[0, 0, 0, 0], [0, 2 / np.sqrt(6), 1 / np.sqrt(6), 0]])


def test_of_equally_near_items_those_with_lower_numbers_are_kept():
    kept = similarity([[0, 1, 2, 3]], 4, neighbours=2) > 0
    assert [np.flatnonzero(kept[:, item]).tolist() for item in range(4)] == [[1, 2], [0, 2], [0, 1], [0, 1]]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("k", [1, 4, 100])
def test_blocks_of_items_find_what_one_gram_matrix_finds(measure, k, monkeypatch):
    training, _ = crowd()
    right = ItemKNN(neighbours=k, similarity=measure, shrink=0).fit(training).similarity_.matrix.toarray()
    for steps, size, spread in (
        (10**6, 4 * 20 * 7, 100),
        (10**6, 4 * 20 * 7, 0),
        (30, 4 * 20 * 7, 1),
        (1, 1, 2),
    ):
        monkeypatch.setattr(module, "DENSE_BYTES", 0)
        monkeypatch.setattr(module, "SPREAD", spread)
        monkeypatch.setattr(module, "STEPS", steps)
        monkeypatch.setattr(module, "BLOCK_BYTES", size)
        got = ItemKNN(neighbours=k, similarity=measure, shrink=0).fit(training).similarity_.matrix.toarray()
        assert np.allclose(got, right, atol=1e-5)
        if measure in ("cosine", "jaccard"):  # counts are exact, so ties fall the same way
            assert np.array_equal(got, right)


@pytest.mark.parametrize("measure", MEASURES)
def test_it_finds_the_item_that_each_user_is_missing(measure):
    training, query, missing = checkerboard()
    scores = ItemKNN(similarity=measure).fit(training).score(query)
    scores[query.history.matrix.toarray() > 0] = -np.inf
    assert np.array_equal(scores.argmax(axis=1), missing)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_cold_item_and_a_user_without_history_score_nothing(measure):
    scores = ItemKNN(similarity=measure).fit(training_of(LISTS, 4)).score(asking([[0, 2], []], 4))
    assert scores[0, 3] == 0
    assert scores[0, 1] > 0
    assert not scores[1].any()


def test_a_catalogue_without_common_users_has_no_neighbours():
    assert ItemKNN().fit(training_of([[0], [1]], 3)).score(asking([[0]], 3)).tolist() == [[0, 0, 0]]


@pytest.mark.parametrize("options", [{"neighbours": 0}, {"shrink": -1.0}, {"similarity": "pearson"}])
def test_it_refuses_options_outside_their_bounds(options):
    _, problems = Component("ranker", ItemKNN, "neighbours", "palate", "0").check(options)
    assert list(problems) == list(options)


def test_left_to_the_data_what_thirty_events_weigh_is_added_to_the_denominator():
    # cosine: each of the events weighs 1, and items 0 and 1 have two users in common, of two and three.
    met = training_of([[0, 1], [0, 1], [1]], 2)
    weight = ItemKNN(similarity="cosine").fit(met).similarity_.matrix.toarray()[0, 1]
    assert weight == pytest.approx(2 / (np.sqrt(6) + 30))


@pytest.mark.parametrize("options", [{"similarity": "cosine"}, {"similarity": "jaccard", "shrink": 0}])
@pytest.mark.parametrize("neighbours", [2, 10, 200])
def test_after_a_change_counts_are_carried_on_bit_for_bit(options, neighbours, monkeypatch):
    rng = np.random.default_rng(0)
    lists = [rng.choice(300, 8, replace=False).tolist() for _ in range(60)]
    before = training_of(lists, 300)
    after = training_of([*lists[:-2], [1, 2, 301], [], [5, 300, 7]], 302)
    fresh, ranker = (ItemKNN(neighbours, **options).fit(each) for each in (after, before))
    monkeypatch.delattr(ItemKNN, "fit")

    ranker.partial_fit(*change(before, after))

    for field in ("indptr", "indices", "data"):
        left, right = (getattr(each.similarity_.matrix, field) for each in (ranker, fresh))
        assert np.array_equal(left, right)


def test_what_is_kept_after_users_left_has_no_trace_of_them(monkeypatch):
    rng = np.random.default_rng(1)
    lists = [rng.choice(200, 9, replace=False).tolist() for _ in range(80)]
    before, after = training_of(lists, 200), training_of([*lists[:60], *[[]] * 20], 200)
    fresh, ranker = (ItemKNN(10, similarity="cosine").fit(each) for each in (after, before))
    monkeypatch.delattr(ItemKNN, "fit")

    ranker.partial_fit(*change(before, after))

    assert ranker.counts_.order.tolist() == fresh.counts_.order.tolist()
    both = zip(ranker.counts_.strips, fresh.counts_.strips, strict=True)
    assert all(one.tobytes() == other.tobytes() for one, other in both)
    assert ranker.similarity_.matrix.data.tobytes() == fresh.similarity_.matrix.data.tobytes()
    assert ranker.similarity_.matrix.indices.tobytes() == fresh.similarity_.matrix.indices.tobytes()
