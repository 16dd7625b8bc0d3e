import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palate.data.few_scores import FewScores
from palate_fusion.normalisation import METHODS, as_they_are, min_max, rank, z_score, z_score_of_few

NAN, INF = np.nan, np.inf
UNEVEN = [
    [4.0, 2.0, 0.0],
    [NAN, 5.0, 1.0],
    [NAN, NAN, 7.0],
    [NAN, NAN, NAN],
    [0.1, 0.1, 0.1],
    [-INF, 5.0, INF],
]


def block(rows):
    return np.array(rows, np.float32)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (z_score, [[1.5**0.5, 0, -(1.5**0.5)], [NAN, 1, -1], [NAN, NAN, 0]]),
        (min_max, [[1, 0.5, 0], [NAN, 1, 0], [NAN, NAN, 0]]),
        (rank, [[1, 0, -1], [NAN, 1, -1], [NAN, NAN, 0]]),
        (as_they_are, [[4, 2, 0], [NAN, 5, 1], [NAN, NAN, 7]]),
    ],
)
def test_scores_by_hand_with_opinions_missing(method, expected):
    found = method(block(UNEVEN[:3]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, block(expected), rtol=1e-6)


@pytest.mark.parametrize("method", [z_score, min_max, rank])
def test_equal_scores_tell_nothing_apart(method):
    assert method(block([[0.1] * 3, [3e38] * 3])).tolist() == [[0.0] * 3] * 2
    assert method(np.full((2, 3001), 0.1, np.float32)).tolist() == [[0.0] * 3001] * 2


@pytest.mark.parametrize("method", METHODS.values())
def test_what_is_not_finite_is_no_opinion_and_nothing_warns(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = method(block(UNEVEN))
    assert np.isnan(found).tolist() == (~np.isfinite(block(UNEVEN))).tolist()


def test_equal_scores_share_the_mean_rank():
    # Places from the worst: 1, 2.5, 2.5, 4 of four.
    expected = block([[-1, 0, 0, 1]])
    np.testing.assert_allclose(rank(block([[1, 2, 2, 3]])), expected, atol=1e-7)


def test_min_max_lies_between_zero_and_one_and_reaches_both():
    scores = np.random.default_rng(0).normal(1e3, 1e-2, (50, 40)).astype(np.float32)
    found = min_max(scores)
    assert found.min(axis=1).tolist() == [0.0] * 50
    assert found.max(axis=1).tolist() == [1.0] * 50


def test_z_scores_have_mean_zero_and_deviation_one_whatever_the_scale():
    scores = np.random.default_rng(1).normal(5000, 3, (20, 500)).astype(np.float32)
    found = z_score(scores).astype(np.float64)
    np.testing.assert_allclose(found.mean(axis=1), 0, atol=1e-6)
    np.testing.assert_allclose(found.std(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("method", METHODS.values())
def test_the_scores_handed_in_stay_as_they_are(method):
    scores = block(UNEVEN)
    method(scores)[:] = 9
    np.testing.assert_array_equal(scores, block(UNEVEN))


@pytest.mark.parametrize("method", [z_score, min_max, rank])
@settings(max_examples=60, deadline=None)
@given(row=st.lists(st.integers(-1000, 1000), min_size=1, max_size=30))
def test_a_users_order_is_kept(method, row):
    found = method(block([row]))[0]
    better = np.subtract.outer(row, row) > 0
    assert (np.subtract.outer(found, found)[better] > 0).all()


@pytest.fixture
def wide(monkeypatch):
    """Every catalogue counts as large."""
    monkeypatch.setattr("palate.data.few_scores.WIDE", 1)


def rows_with_few():
    """Rows of mostly zeros, of mostly nothing, and of neither, some of them with what is not finite."""
    rng = np.random.default_rng(6)
    rows = np.zeros((5, 400), np.float32)
    rows[1:3] = NAN
    rows[3] = rng.random(400)
    for row in rows[[0, 1, 2, 4]]:
        row[rng.choice(400, 30, replace=False)] = rng.random(30)
    rows[2, :3] = 0, INF, 0
    rows[4, :2] = NAN, -INF
    return rows


def test_in_a_large_catalogue_scores_are_normalised_alike(wide, monkeypatch):
    found = z_score(rows_with_few())
    monkeypatch.setattr("palate.data.few_scores.WIDE", 10_000)
    np.testing.assert_allclose(found, z_score(rows_with_few()), rtol=1e-5, atol=1e-6)


def test_in_a_large_catalogue_equal_scores_tell_nothing_apart_and_nothing_warns(wide):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert z_score(block([[0.1] * 3, [0] * 3])).tolist() == [[0.0] * 3] * 2
        assert np.isnan(z_score(block([[NAN] * 3]))).all()


def test_few_scores_have_the_bits_that_they_have_in_a_whole_row(wide):
    for row in rows_with_few()[[0, 1, 2, 4]]:
        few, order = FewScores.of(row), np.random.default_rng(0)
        at = order.permutation(len(few.items))
        turned = FewScores(few.items[at], few.scores[at], few.rest, few.n_items)
        assert z_score_of_few(turned).whole().tobytes() == z_score(row[None]).tobytes()


@pytest.mark.parametrize("n_items", [0, 1, 7, 129, 3000])
def test_one_user_has_the_bits_that_they_have_among_others(n_items):
    rows = np.random.default_rng(n_items).normal(5, 3, (6, n_items)).astype(np.float32)
    rows[4], rows[5, :1] = 0.1, INF
    together = z_score(rows)
    for row in range(6):
        assert z_score(rows[row : row + 1]).tobytes() == together[row].tobytes()
