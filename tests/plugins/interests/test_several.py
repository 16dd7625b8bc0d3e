"""Several interests a user, by k-means and by Ward's clustering."""

import numpy as np
import pytest

from palate import History, Query
from palate.errors import ComponentError
from palate_interests.attention import Attention
from palate_interests.k_means import KMeans
from palate_interests.ward import Ward

EAST, NORTH = [[10, 0], [11, 0], [12, 0]], [[0, 10], [0, 11]]
VECTORS = np.array([*EAST, *NORTH, [0, 0]], np.float32)


def ask(*lists, n_items=6):
    return Query(np.full(len(lists), -1, np.int32), History.from_lists(lists, n_items))


def test_k_means_gives_the_centres_of_the_groups_biggest_first():
    found = KMeans(interests=2).profile(ask([3, 0, 4, 1, 2]), VECTORS)
    assert found.tolist() == [[[11, 0], [0, 10.5]]]


def test_ward_gives_the_middle_item_of_each_group_biggest_first():
    found = Ward(interests=2).profile(ask([3, 0, 4, 1, 2]), VECTORS)
    assert found[0, 0].tolist() == [11, 0]
    assert found[0, 1].tolist() in ([0, 10], [0, 11])


@pytest.mark.parametrize("cls", [KMeans, Ward])
def test_a_user_with_few_items_repeats_the_first_interest(cls):
    found = cls(interests=3).profile(ask([0], [0, 3], [5], [0, 0]), VECTORS)
    assert found[0].tolist() == [[10, 0]] * 3
    assert sorted(map(tuple, found[1].tolist())) == sorted([*{(10, 0), (0, 10)}, tuple(found[1, 0].tolist())])
    assert not found[2].any()
    assert found[3].tolist() == [[10, 0]] * 3


@pytest.mark.parametrize("cls", [KMeans, Ward])
def test_an_item_met_twice_counts_once(cls):
    once, twice = ask([0, 1, 2, 3, 4]), ask([0, 3, 1, 2, 0, 3, 3, 4, 1, 2, 0, 1, 2, 3, 4])
    assert np.array_equal(cls().profile(once, VECTORS), cls().profile(twice, VECTORS))


@pytest.mark.parametrize(
    "made", [KMeans(interests=1, latest=2), Ward(interests=2, latest=2), Attention(latest=2)]
)
def test_only_the_latest_items_count(made):
    assert np.array_equal(made.profile(ask([0, 1, 3, 4]), VECTORS), made.profile(ask([3, 4]), VECTORS))


@pytest.mark.parametrize("cls", [KMeans, Ward])
def test_one_interest_of_two_or_more_items_is_in_their_middle(cls):
    found = cls(interests=1).profile(ask([0, 1, 2]), VECTORS)
    assert found.tolist() == [[[11, 0]]]


def test_k_means_lets_no_item_be_nearer_to_another_centre_than_to_its_own():
    """What Lloyd's steps end in: each centre is the mean of what is nearest to it."""
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(60, 4)).astype(np.float32)
    lists = [rng.choice(60, size, replace=False).tolist() for size in (5, 13, 40)]
    found = KMeans(interests=3, iterations=100).profile(ask(*lists, n_items=60), vectors)
    for items, centres in zip(lists, found, strict=True):
        nearest = ((vectors[items][:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        means = np.stack([vectors[items][nearest == group].mean(axis=0) for group in range(3)])
        np.testing.assert_allclose(centres, means, atol=1e-5)


def test_k_means_from_the_same_start_ends_where_scikit_learn_does():
    sklearn = pytest.importorskip("sklearn.cluster", reason="an independent k-means to compare with")
    vectors = np.random.default_rng(3).normal(size=(50, 5)).astype(np.float32)
    items = list(range(50))
    ours = KMeans(interests=4, iterations=300).profile(ask(items, n_items=50), vectors)[0]
    away = np.linalg.norm(vectors - vectors.mean(axis=0), axis=1)
    start = [vectors[away.argmin()]]
    for _ in range(3):
        away = np.min([np.linalg.norm(vectors - centre, axis=1) for centre in start], axis=0)
        start.append(vectors[away.argmax()])
    theirs = sklearn.KMeans(4, init=np.array(start), n_init=1, max_iter=300, tol=0).fit(vectors)
    centres = theirs.cluster_centers_
    by_place = [found[np.lexsort(found.T)] for found in (ours, centres)]
    np.testing.assert_allclose(*by_place, atol=1e-5)


def test_wards_medoid_has_the_least_squared_distances_to_its_group():
    vectors = np.random.default_rng(4).normal(size=(30, 3)).astype(np.float32)
    found = Ward(interests=1).profile(ask(list(range(30)), n_items=30), vectors)[0, 0]
    sums = ((vectors[:, None] - vectors) ** 2).sum(axis=(1, 2))
    assert np.array_equal(found, vectors[sums.argmin()])


@pytest.mark.parametrize("made", [KMeans(), Ward(), Attention()], ids=repr)
def test_users_of_all_sizes_get_the_same_alone_and_in_a_crowd(made):
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(90, 6)).astype(np.float32)
    lists = [rng.integers(0, 90, size).tolist() for size in rng.integers(0, 60, 50)]
    query = ask(*lists, n_items=90)
    whole = made.profile(query, vectors)
    alone = [made.profile(query.take(slice(row, row + 1)), vectors) for row in range(50)]
    assert np.array_equal(whole, np.concatenate(alone))


def test_attention_at_a_high_temperature_is_the_mean():
    found = Attention(temperature=1e6).profile(ask([0, 1, 3]), VECTORS)
    np.testing.assert_allclose(found[0, 0], VECTORS[[0, 1, 3]].mean(axis=0), rtol=1e-5)


def test_attention_leans_to_what_fits_with_the_rest():
    """Two alike and one apart: with cosines 1 and 0, and e = exp(1 / temperature)."""
    vectors = np.array([[1, 0], [2, 0], [0, 1]], np.float32)
    e = np.exp(1 / 0.5)
    pair, apart = (e * (vectors[0] + vectors[1]) + vectors[2]) / (2 * e + 1), None
    apart = (vectors[0] + vectors[1] + e * vectors[2]) / (e + 2)
    found = Attention(temperature=0.5).profile(ask([0, 1, 2], n_items=3), vectors)
    np.testing.assert_allclose(found[0, 0], (2 * pair + apart) / 3, rtol=1e-5)


def test_rectified_features_have_nothing_below_zero():
    vectors = np.array([[1, -1], [1, -1]], np.float32)
    found = Attention(rectify=True, bias=0.25).profile(ask([0, 1], [0], n_items=2), vectors)
    assert found.tolist() == [[[1.25, 0]], [[1.25, 0]]]


@pytest.mark.parametrize("made", [KMeans(), Ward(), Attention()], ids=repr)
def test_damaged_vectors_are_refused(made):
    damaged = VECTORS.copy()
    damaged[1, 0] = np.inf
    with pytest.raises(ComponentError, match="hold NaN or infinite numbers"):
        made.profile(ask([0, 1]), damaged)


@pytest.mark.parametrize("made", [KMeans(), Ward(), Attention()], ids=repr)
def test_vectors_of_another_catalogue_are_refused(made):
    with pytest.raises(ComponentError, match="one vector for each item"):
        made.profile(ask([0, 1]), VECTORS[:-1])
