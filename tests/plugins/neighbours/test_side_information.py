"""item-knn with side information, its similarities computed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from palate.testing import training_of
from palate_neighbours.item_knn import ItemKNN

LISTS = [[0, 1], [0, 1], [0, 2], [2]]
VECTORS = np.array([[1, 0], [3, 4], [0, 2], [0, 1]], np.float32)  # item 3 has no users
ALIKE = np.array([[1, 0.6, 0, 0], [0.6, 1, 0.8, 0.8], [0, 0.8, 1, 1], [0, 0.8, 1, 1]])
COMMON = np.array([[3, 2, 1, 0], [2, 2, 0, 0], [1, 0, 2, 0], [0, 0, 0, 0]])


def similarity(measure, weight, **options):
    training = replace(training_of(LISTS, 4), vectors=VECTORS)
    plain = {"similarity": measure, "side": "vectors", "side_weight": weight} | options
    return ItemKNN(**plain).fit(training).similarity_.matrix.toarray()


def without_self(matrix):
    out = np.array(matrix)
    np.fill_diagonal(out, 0)
    return out


def test_cosine_adds_the_products_of_vectors_to_users_in_common():
    both = COMMON + 2 * ALIKE
    size = np.sqrt(np.diag(both))
    assert np.allclose(
        similarity("cosine", 2.0, shrink=0), without_self(both / np.outer(size, size)), atol=1e-6
    )


def test_jaccard_adds_them_to_users_of_either_too():
    both = COMMON + 2 * ALIKE
    size = np.diag(both)
    right = both / (size[:, None] + size - both)
    assert np.allclose(similarity("jaccard", 2.0, shrink=0), without_self(right), atol=1e-6)


def test_with_tfidf_the_weight_is_in_events_as_they_weigh_on_average():
    weights = np.log(5 / np.array([3, 3, 3, 2])) ** 2  # a user of two items, and one of a single item
    met = np.zeros((4, 4))
    for user, items in enumerate(LISTS):
        met[user, items] = 1
    each = np.repeat(weights, [2, 2, 2, 1]).mean()
    both = met.T @ (weights[:, None] * met) + 2 * each * ALIKE
    size = np.sqrt(np.diag(both))
    assert np.allclose(
        similarity("tfidf", 2.0, shrink=0), without_self(both / np.outer(size, size)), atol=1e-6
    )


@pytest.mark.parametrize("measure", ["cosine", "jaccard", "tfidf", "bm25"])
def test_an_item_without_users_is_near_those_that_are_alike(measure):
    assert similarity(measure, 1.0)[2, 3] > similarity(measure, 1.0)[1, 3] > 0
    assert not similarity(measure, 0)[:, 3].any()


def test_only_as_many_neighbours_are_kept():
    assert (np.count_nonzero(similarity("cosine", 2.0, neighbours=1), axis=0) == 1).all()
