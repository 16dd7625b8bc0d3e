"""Linear models with side information, beside inverses of matrices with the rows stacked by hand."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from palate.data import Items
from palate.testing import asking, training_of
from palate_linear.dlae import Dlae
from palate_linear.ease import Ease

LISTS = [[0, 1], [0, 1, 2], [2, 3], [0, 3]]
VECTORS = np.array([[3, 4], [0, 2], [1, 1], [0, 0], [1, 0]], np.float32)  # of item 4, without users, too
MET = np.zeros((4, 5))
for user, items in enumerate(LISTS):
    MET[user, items] = 1


def stacked(weight):
    length = np.linalg.norm(VECTORS, axis=1, keepdims=True)
    return np.vstack([MET, np.sqrt(weight) * (VECTORS / np.where(length, length, 1)).T])


def by_hand(cls, weight, l2):
    gram = stacked(weight).T @ stacked(weight)
    if cls is Ease:
        inverse = np.linalg.inv(gram + l2 * np.eye(5))
        out = inverse / -np.diag(inverse)
        np.fill_diagonal(out, 0)
        return out
    return np.linalg.inv(gram + l2 * np.eye(5) + np.diag(np.diag(gram))) @ gram  # a dropout of one half


def training():
    return replace(training_of(LISTS, 5), vectors=VECTORS)


@pytest.fixture
def sparse(monkeypatch):
    for name in ("ease", "dlae"):
        monkeypatch.setattr(f"palate_linear.{name}.is_dense", lambda n_items, memory: False)


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_the_weights_are_those_of_users_and_vectors_stacked(cls):
    fitted = cls(l2=2.0, side="vectors", side_weight=1.5).fit(training())
    assert np.allclose(fitted.weights_, by_hand(cls, 1.5, 2.0), atol=1e-6)


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_a_sparse_model_with_all_items_as_neighbours_is_the_same(cls, sparse):
    vectors = np.abs(VECTORS) + 1  # every two alike above 0, so that every item is a neighbour
    found = replace(training(), vectors=vectors)
    dense = by_hand_of(cls, vectors)
    fitted = cls(l2=2.0, side="vectors", side_weight=1.5, neighbours=9).fit(found)
    assert np.allclose(fitted.weights_.matrix.toarray(), dense, atol=1e-6)


def by_hand_of(cls, vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    gram = MET.T @ MET + 1.5 * unit @ unit.T
    extra = 2.0 * np.eye(5) + (np.diag(np.diag(gram)) if cls is Dlae else 0)
    inverse = np.linalg.inv(gram + extra)
    out = inverse / -np.diag(inverse) if cls is Ease else inverse @ gram
    np.fill_diagonal(out, 0)
    return out


@pytest.mark.parametrize("cls", [Ease, Dlae])
@pytest.mark.parametrize("dense", [True, False])
def test_an_item_without_users_is_scored_by_what_it_shares_with_others(cls, dense, monkeypatch):
    monkeypatch.setattr(f"palate_linear.{cls.name}.is_dense", lambda n_items, memory: dense)
    kinds = pl.Series([["a"], ["a"], ["b"], ["b"], ["a"]])
    found = training_of(LISTS, 5)
    found = replace(found, items=Items(found.items.frame.with_columns(kind=kinds)))
    scores = (
        cls(l2=1.0, side="attributes", side_attributes=["kind"]).fit(found).score(asking([[0, 1], [2]], 5))
    )
    assert scores[0, 4] > 0 >= scores[1, 4]
    assert not cls(l2=1.0).fit(found).score(asking([[0, 1]], 5))[0, 4]


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_a_weight_of_0_changes_nothing(cls):
    plain, side = cls(l2=2.0).fit(training()), cls(l2=2.0, side="vectors", side_weight=0).fit(training())
    assert np.array_equal(plain.weights_, side.weights_)


@pytest.mark.parametrize("cls", [Ease, Dlae])
def test_vectors_are_asked_for_only_where_they_are_side_information(cls):
    assert cls(side="vectors").wants_vectors()
    assert not cls(side="attributes").wants_vectors()


def test_sums_over_parts_of_the_users_are_not_all_with_side_information():
    assert Ease().fits_in_parts()
    assert not Ease(side="attributes").fits_in_parts()
