import numpy as np
import pytest
import scipy.sparse as sp

from palate.arrays import cooccurrence as counting
from palate.arrays import strips as kernel
from palate.arrays.cooccurrence import Counts, exact_unit, exact_weights, fill_upper, gram


def random_matrix(n, m, density, seed=0):
    matrix = sp.random_array((n, m), density=density, rng=np.random.default_rng(seed), dtype=np.float32)
    matrix.data[:] = 1.0
    return sp.csr_array(matrix)


def set_width(items, monkeypatch):
    for module in (counting, kernel):
        monkeypatch.setattr(module, "ITEMS", items)


def test_the_gram_matrix_counts_what_was_met_together():
    met = sp.csr_array(np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]], np.float32))
    assert gram(met).tolist() == [[2, 2, 1], [2, 2, 1], [1, 1, 2]]


@pytest.mark.parametrize("users", [1, 20, 100])
@pytest.mark.parametrize("items", [1, 10, 100])
@pytest.mark.parametrize("thin", [-1, 0.3, 2])
def test_every_way_to_the_gram_matrix_gives_exact_counts(users, items, thin, monkeypatch):
    met = random_matrix(57, 23, 0.3)
    set_width(items, monkeypatch)
    monkeypatch.setattr(kernel, "USERS", users)
    monkeypatch.setattr(kernel, "THIN", thin)
    monkeypatch.setattr(counting, "BLOCK_BYTES", 1)
    assert np.array_equal(gram(met), met.toarray().T @ met.toarray())


@pytest.mark.parametrize("items", [1, 2, 3, 100])
def test_counts_in_half_the_memory_begin_with_what_was_met_most(items, monkeypatch):
    set_width(items, monkeypatch)
    met = sp.csr_array(np.array([[0, 1, 1], [0, 1, 0], [1, 1, 1]], np.float32))
    counts = Counts.of(met)
    assert counts.order.tolist() == [1, 2, 0]
    rows = np.vstack([counts.rows(strip) for strip in range(len(counts.strips))])
    assert rows.tolist() == [[3, 2, 1], [2, 2, 1], [1, 1, 1]]


@pytest.mark.parametrize("items", [1, 2, 100])
def test_after_users_left_counts_are_put_in_the_order_of_those_who_stay(items, monkeypatch):
    set_width(items, monkeypatch)
    met = sp.csr_array(np.array([[0, 1, 1], [0, 1, 0], [1, 0, 1], [1, 0, 0], [0, 1, 0]], np.float32))
    left, none = met[:4], sp.csr_array((1, 3), dtype=np.float32)
    counts = Counts.of(met).changed(none, met[4:], np.arange(3, dtype=np.int32))
    assert counts.order.tolist() == [1, 0, 2]
    counts, right = counts.in_order(np.array([2, 2, 2])), Counts.of(left)
    assert counts.order.tolist() == right.order.tolist() == [0, 1, 2]
    assert [each.tolist() for each in counts.strips] == [each.tolist() for each in right.strips]


@pytest.mark.parametrize("items", [3, 100])
@pytest.mark.parametrize("few", [0, 100])
def test_counts_of_those_who_changed_came_and_went_are_those_of_a_fresh_count(items, few, monkeypatch):
    set_width(items, monkeypatch)
    monkeypatch.setattr(counting, "FEW", few)
    before, after = random_matrix(270, 8, 0.8).toarray(), random_matrix(300, 8, 0.97, seed=1).toarray()
    before[:5], after[5:9], before = 0, 0, np.vstack([before, np.zeros((30, 8), np.float32)])
    same = np.arange(300) % 3 == 0
    before[same] = after[same]
    changed = (before != after).any(axis=1)[:, None]

    had = Counts.of(sp.csr_array(before)).narrow()
    parts = (sp.csr_array(np.where(changed, each, 0)) for each in (after, before))
    counts = had.changed(*parts, np.arange(8, dtype=np.int32))

    assert had.strips[0].dtype == np.uint8
    assert counts.diagonal.max() > 255  # more than a byte holds
    right = after.T @ after
    assert np.array_equal(counts.some_rows(np.arange(8)), right[:, counts.order])
    fresh = Counts.of(sp.csr_array(after)).narrow()
    ordered = counts.in_order(counts.diagonal).narrow()
    assert [each.tobytes() for each in ordered.strips] == [each.tobytes() for each in fresh.strips]


def test_whole_numbers_other_than_ones_are_multiplied_as_they_are():
    matrix = sp.csr_array(np.array([[2, 1], [3, 0]], np.float32))
    assert Counts.of(matrix).strips[0].tolist() == [[13, 2], [2, 1]]


@pytest.mark.parametrize("items", [2, 100])
def test_weighted_counts_are_exact_in_whatever_order_rows_come(items, monkeypatch):
    set_width(items, monkeypatch)
    met = random_matrix(60, 7, 0.4)
    shares = 1 / np.sqrt(np.arange(1, 61))
    unit = exact_unit(met.indices, np.diff(met.indptr), shares)
    weights = exact_weights(shares, unit)
    order = np.random.default_rng(1).permutation(60)
    one, other = Counts.of(met, weights), Counts.of(met[order], weights[order])
    assert all(map(np.array_equal, one.strips, other.strips))
    right = met.toarray().T @ (met.toarray() * shares[:, None])
    rows = np.vstack([one.rows(strip) for strip in range(len(one.strips))])
    np.testing.assert_allclose(rows, right[np.ix_(one.order, one.order)], atol=60 * unit)


def test_a_matrix_without_entries_has_no_counts():
    assert not gram(sp.csr_array((5, 3), dtype=np.float32)).any()


@pytest.mark.parametrize("n", [1, 7, 512, 700])
def test_filling_the_upper_triangle_makes_the_matrix_symmetric(n):
    full = np.random.default_rng(0).normal(size=(n, n))
    lower = np.tril(full) + np.triu(np.full((n, n), 99.0), 1)
    fill_upper(lower)
    assert np.array_equal(lower, np.tril(full) + np.tril(full, -1).T)
