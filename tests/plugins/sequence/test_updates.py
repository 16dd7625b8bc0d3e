"""Rankers of sequences after a change: counts, and networks that train on from where they were."""

import numpy as np
import pytest

from palate.data import change
from palate.testing.data import training_of
from palate_sequence import ranker as shared
from palate_sequence.markov import Markov
from palate_sequence.sasrec import SASRec


def test_markov_counts_only_what_came_and_went_bit_for_bit(monkeypatch):
    before = training_of([[0, 1, 2], [1, 2, 0], [3, 0]], 4)
    after = training_of([[0, 1, 2, 3], [], [3, 0]], 4)
    fresh, ranker = Markov().fit(after), Markov().fit(before)
    monkeypatch.delattr(Markov, "fit")

    ranker.partial_fit(*change(before, after))

    assert (ranker.next_.matrix != fresh.next_.matrix).nnz == 0
    np.testing.assert_array_equal(ranker.unseen_, fresh.unseen_)
    np.testing.assert_array_equal(ranker.events_, fresh.events_)


def test_probabilities_too_coarse_to_count_from_are_computed_afresh():
    before = training_of([[0, 1, 2], [1, 2, 0]], 3)
    after = training_of([[0, 1, 2, 1], [1, 2, 0]], 3)
    ranker = Markov(smoothing=1e9).fit(before)

    ranker.partial_fit(*change(before, after))

    fresh = Markov(smoothing=1e9).fit(after)
    np.testing.assert_array_equal(ranker.next_.matrix.toarray(), fresh.next_.matrix.toarray())


@pytest.mark.parametrize("items", ["ids", "delta"])
def test_a_network_trains_on_from_its_weights_and_gives_new_items_their_own(items, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr(shared, "EPOCHS", 1)
    rng = np.random.default_rng(0)
    lists = [rng.integers(0, 6, 5).tolist() for _ in range(30)]
    before = training_of(lists, 6)
    after = training_of([*lists[:-1], [1, 6, 2, 6]], 7)
    vectors = rng.normal(size=(7, 3)).astype(np.float32)
    if items == "delta":
        from dataclasses import replace

        before, after = replace(before, vectors=vectors[:6]), replace(after, vectors=vectors)
    ranker = SASRec(
        dimensions=4, blocks=1, heads=1, epochs=3, batch=64, items=items, dropout=0.0, learning_rate=1e-9
    ).fit(before)
    ranker.learning_rate = 1e-9
    was = {name: value.copy() for name, value in ranker.weights_.items()}
    free = (ranker.table_weights_ or {"table.free": ranker.table_})["table.free"].copy()

    ranker.partial_fit(*change(before, after))

    for name, value in was.items():
        np.testing.assert_allclose(ranker.weights_[name], value, atol=1e-6)
    table = (ranker.table_weights_ or {"table.free": ranker.table_})["table.free"]
    np.testing.assert_allclose(table[:6], free, atol=1e-6)
    assert np.isfinite(ranker.table_).all()
    assert table[6].any()
