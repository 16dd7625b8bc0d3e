from dataclasses import dataclass

import numpy as np
import pytest
import scipy.sparse as sp

from palate.arrays import cooccurrence as counting
from palate.arrays import strips as kernel
from palate.arrays import strongest as module
from palate.arrays.cooccurrence import Counts
from palate.arrays.strongest import carried, strongest_again


@dataclass
class Share:
    """The product over that of the first with itself, and the size of the other."""

    own: np.ndarray
    size: np.ndarray

    def __call__(self, products, one, other):
        return products / self.own[one] / self.size[other]

    def least(self, value, one, size):
        return value * self.own[one] * size


def made(items, users=40, seed=0):
    rng = np.random.default_rng(seed)
    met = (rng.random((users, items)) < np.linspace(0.9, 0.05, items)).astype(np.float32)
    met[:, -1] = 0  # an item that nobody has
    return met[:, rng.permutation(items)]


def by_hand(met, k, strength):
    """The k best of each row, the lower column first among equals."""
    items = np.arange(met.shape[1])
    value = strength((met.T @ met).astype(np.float32), items[:, None], items[None, :])
    value = np.where((items[:, None] == items) | ~(value > 0), 0, value).astype(np.float32)
    for row in value:
        row[np.argsort(-row, kind="stable")[k:]] = 0
    return value


def share_of(met):
    often = np.maximum(met.sum(axis=0), 1).astype(np.float32)
    return Share(often, np.sqrt(often))


@pytest.mark.parametrize("width", [1, 4, 100])
@pytest.mark.parametrize("k", [1, 5, 50])
@pytest.mark.parametrize("near", [0, 0.5, 1, 1.3, np.inf])
@pytest.mark.parametrize("whole", [True, False])
def test_the_strongest_are_found_however_far_off_the_value_is_that_is_looked_for(
    width, k, near, whole, monkeypatch
):
    for each in (counting, kernel, module):
        monkeypatch.setattr(each, "ITEMS", width)
    monkeypatch.setattr(module, "GROUP", 3)
    met = made(23)
    counts, strength = Counts.of(sp.csr_array(met)), share_of(met)
    if whole:
        counts = counts.narrow()
    else:
        counts = Counts([strip.astype(np.float32) for strip in counts.strips], counts.order)
    right = by_hand(met, k, strength)
    last = np.sort(right, axis=1)[:, -k] if k <= 23 else np.zeros(23, np.float32)

    about = np.where(last > 0, np.maximum(last, 1e-9) * near, 0).astype(np.float32)
    found = strongest_again(counts, k, strength, about)

    assert np.array_equal(found.toarray(), right)


def test_nothing_is_strong_without_users():
    counts = Counts.of(sp.csr_array((2, 3), dtype=np.float32))
    strength = Share(np.ones(3, np.float32), np.ones(3, np.float32))
    assert strongest_again(counts, 2, strength, np.zeros(3, np.float32)).nnz == 0


def test_a_value_is_carried_on_as_that_of_a_pair_of_its_like():
    ones = np.ones(3, np.float32)
    before, now = Share(10 * ones, 2 * ones), Share(12 * ones, 2.5 * ones)
    # a value of .25 is a product of 5, which grows to 6: over 12 and over 2.5 it is .2
    about = carried(np.array([0.25, 0, 0.25], np.float32), before, now, np.array([1.2, 1.2, 1]))
    assert np.allclose(about, [0.2, 0, 5 / 30])
