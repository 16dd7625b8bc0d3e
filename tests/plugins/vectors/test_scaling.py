import numpy as np
import pytest

from palate_vectors import statistics
from palate_vectors.standardise import Standardise
from palate_vectors.whiten import Whiten


def crowd(n=200, width=6, seed=0):
    rng = np.random.default_rng(seed)
    mixed = rng.normal(size=(n, width)) @ rng.normal(size=(width, width))
    return (mixed + rng.normal(size=width)).astype(np.float32)


def covariance(vectors):
    return np.cov(vectors.astype(np.float64).T, bias=True)


def test_standardised_features_have_mean_zero_and_variance_one():
    vectors = np.array([[1, 10], [3, 30], [0, 0]], np.float32)
    out = Standardise().fit(vectors).apply(vectors)
    np.testing.assert_allclose(out, [[-1, -1], [1, 1], [0, 0]], atol=1e-6)


def test_a_feature_that_never_changes_becomes_zero():
    vectors = np.array([[1, 5], [3, 5]], np.float32)
    out = Standardise().fit(vectors).apply(np.array([[2, 9]], np.float32))
    assert out.tolist() == [[0, 0]]


def test_fully_whitened_features_are_uncorrelated_and_of_variance_one():
    out = Whiten(shrink=0).fit(crowd()).apply(crowd())
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(covariance(out), np.eye(6), atol=1e-3)


def test_relaxed_whitening_leaves_features_of_different_groups_correlated():
    out = covariance(Whiten(groups=2, shrink=0).fit(crowd()).apply(crowd()))
    np.testing.assert_allclose(out[:3, :3], np.eye(3), atol=1e-3)
    np.testing.assert_allclose(out[3:, 3:], np.eye(3), atol=1e-3)
    assert np.abs(out[:3, 3:]).max() > 0.1


def test_as_many_groups_as_features_is_standardising():
    whitened = Whiten(groups=6, shrink=0).fit(crowd()).apply(crowd())
    np.testing.assert_allclose(whitened, Standardise().fit(crowd()).apply(crowd()), atol=1e-3)


def test_whitening_vectors_that_lie_in_a_plane_gives_no_infinity():
    flat = crowd(width=6) @ np.diag([1, 1, 0, 0, 0, 0]).astype(np.float32) + np.float32(1)
    out = Whiten(shrink=0).fit(flat).apply(flat)
    assert np.isfinite(out).all()
    np.testing.assert_allclose(np.linalg.eigvalsh(covariance(out))[-2:], 1, atol=1e-3)


def test_whitening_few_items_shrinks_towards_what_is_known():
    few = crowd()[:4]
    assert np.abs(Whiten(shrink=0.1).fit(few).apply(crowd())).max() < 100


def test_whitening_agrees_with_scikit_learns_but_for_a_turn():
    decomposition = pytest.importorskip("sklearn.decomposition", reason="an independent whitening")
    ours = Whiten(shrink=0).fit(crowd()).apply(crowd())
    theirs = decomposition.PCA(whiten=True, svd_solver="full").fit_transform(crowd())
    np.testing.assert_allclose(ours @ ours.T, theirs @ theirs.T * 200 / 199, atol=2e-2)


@pytest.mark.parametrize("size", [1, 7, 199, 200])
def test_what_is_learned_does_not_depend_on_how_many_rows_are_seen_at_once(monkeypatch, size):
    whole = statistics.statistics_of(crowd(), "x", together=True)
    monkeypatch.setattr(statistics, "ROWS", size)
    parts = statistics.statistics_of(crowd(), "x", together=True)
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-12)
    np.testing.assert_allclose(parts.variance, whole.variance, rtol=1e-12)
    np.testing.assert_allclose(parts.covariance, covariance(crowd()), rtol=1e-9, atol=1e-9)
