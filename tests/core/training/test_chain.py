"""A third party's trainable component, and the examples that a chain is trained on."""

from dataclasses import replace

import numpy as np
import pytest

from palate.data import History
from palate.testing import asking, training_of
from palate.training import Chain, TrainOptions, train_chain
from palate.training.prefixes import PLACES, before, drawn

torch = pytest.importorskip("torch")

ITEMS = 8
LISTS = [[(start + step) % ITEMS for step in range(5)] for start in range(ITEMS)] * 8
EVERY = TrainOptions(epochs=12, patience=0, learning_rate=0.1, batch=16)


class Turn:
    """An aggregator of one matrix, by which the last event's vector is multiplied."""

    name, length, train = "turn", 5, EVERY

    def torch_module(self, sizes):
        class Network(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.matrix = torch.nn.Parameter(torch.randn(sizes.width, sizes.width) * 0.1)

            def forward(self, vectors):
                return (vectors @ self.matrix)[:, :, None]

        return Network()

    def set_weights(self, weights, sizes):
        self.weights, self.sizes = weights, sizes


class Scale:
    """A transform that multiplies each feature by a number."""

    name, train = "scale", EVERY

    def torch_module(self, sizes):
        class Network(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.by = torch.nn.Parameter(torch.ones(sizes.width))

            def forward(self, vectors):
                return vectors * self.by

        return Network()

    def set_weights(self, weights, sizes):
        self.by = weights["by"]


def known(vectors=None):
    given = np.eye(ITEMS, dtype=np.float32) if vectors is None else vectors
    return replace(training_of(LISTS, ITEMS), vectors=given)


def test_a_third_partys_aggregator_is_trained_to_turn_each_item_to_the_next():
    turn = Turn()
    said = train_chain(Chain(aggregator=turn), known())
    assert turn.weights["matrix"].argmax(axis=1).tolist() == [*range(1, ITEMS), 0]
    assert (turn.sizes.items, turn.sizes.width) == (ITEMS, ITEMS)
    assert turn.sizes.scale == pytest.approx(ITEMS**-0.5)
    assert said["trained"] == "turn"
    assert said["held-out value"] > said["held-out value of popularity"]


def test_a_transform_alone_is_trained_through_the_mean_and_learns_which_feature_counts():
    """The first feature says which half a user stays in, the second is noise."""
    rng = np.random.default_rng(0)
    half = np.where(np.arange(ITEMS) % 2, 1, -1)
    vectors = np.column_stack([half, rng.normal(size=ITEMS) * 2]).astype(np.float32)
    lists = [rng.permutation(np.arange(side, ITEMS, 2)).tolist() for side in (0, 1)] * 40
    scale = Scale()
    train_chain(Chain((scale,)), replace(training_of(lists, ITEMS), vectors=vectors))
    assert abs(scale.by[0]) > 2 * abs(scale.by[1])


def test_items_without_a_vector_disturb_no_other():
    vectors = np.eye(ITEMS, dtype=np.float32)
    vectors[3] = 0
    turn = Turn()
    train_chain(Chain(aggregator=turn), known(vectors))
    kept = [item for item in range(ITEMS) if item not in (2, 3)]
    most = np.where(vectors.any(axis=1), turn.weights["matrix"], -np.inf).argmax(axis=1)
    assert most[kept].tolist() == [(item + 1) % ITEMS for item in kept]


def test_what_comes_before_an_event_is_what_its_user_did_before_it():
    history = History.from_lists([[5, 6, 7], [], [1, 2]], ITEMS)
    found = before(history, np.array([1, 2, 4]))
    assert [found.items[found.indptr[row] : found.indptr[row + 1]].tolist() for row in range(3)] == [
        [5], [5, 6], [1],
    ]  # fmt: skip


def test_each_event_but_the_first_of_a_user_is_predicted():
    history = History.from_lists([[5, 6, 7], [], [1, 2]], ITEMS)
    assert drawn(history, np.array([0, 2]), np.random.default_rng(0)).tolist() == [1, 2, 4]


def test_of_a_long_history_some_events_are_drawn():
    long = History.from_lists([[1, 2], [0] * 1000], ITEMS)
    one, other = (drawn(long, np.array([0, 1]), np.random.default_rng(seed)) for seed in (1, 2))
    assert len(one) == 1 + PLACES
    assert one[0] == 1
    assert (one[1:] > 2).all()
    assert len(set(one.tolist())) == 1 + PLACES
    assert one.tolist() != other.tolist()


def test_of_several_interests_the_one_nearest_to_the_target_is_trained():
    from palate.training.chain_task import nearest

    hidden = torch.tensor([[[1.0, 0.0], [0.0, 2.0]], [[3.0, 0.0], [0.0, 1.0]]])
    table = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert nearest(hidden, table, torch.tensor([1, 0])).tolist() == [[0.0, 2.0], [3.0, 0.0]]


def test_the_interests_of_a_mean_are_its_shares_of_the_vectors():
    from palate.training.chain_examples import Examples

    vectors = np.eye(ITEMS, dtype=np.float32)
    vectors[3] = 0
    query = asking([[1, 2, 1], [3, 4], [3]], ITEMS)
    found = Examples(Chain((Scale(),)), vectors, query.history)._shares(query.history) @ vectors
    right = np.zeros((3, ITEMS))
    right[0, [1, 2]], right[1, 4] = 0.5, 1
    np.testing.assert_allclose(found, right)
