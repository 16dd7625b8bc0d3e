"""A planted order is learned by each component beside fixed neighbours, and by all together."""

from dataclasses import replace

import numpy as np
import pytest

from palate.arrays.topk import top_k
from palate.errors import ComponentError
from palate.testing import asking, training_of
from palate.training import Chain, TrainOptions, train_chain
from palate_learned.attentive import Attentive
from palate_learned.recurrent import GRU, LSTM
from palate_learned.relu_layer import ReluLayer
from palate_learned.softmax import Softmax

pytest.importorskip("torch")

ITEMS = 10
TRAIN = TrainOptions(epochs=15, patience=0, batch=32, learning_rate=0.02)
SMALL = {"dimensions": 16, "length": 6, "dropout": 0.0}
STEPS = [[(start + step * way) % ITEMS for step in range(5)] for start in range(ITEMS) for way in (1, -1)] * 6
"""Half of the users go up the numbers and half down: what comes next depends on the order of the last two."""


def training(lists=STEPS, width=ITEMS):
    vectors = np.eye(ITEMS, width, dtype=np.float32)
    return replace(training_of(lists, ITEMS), vectors=vectors)


def hits(chain, known):
    """For how many of 14 histories the next item comes first, of 14."""
    ups = [[start - 2, start - 1, start] for start in range(2, ITEMS - 1)]
    downs = [[start + 2, start + 1, start] for start in range(1, ITEMS - 2)]
    query = asking(ups + downs, ITEMS)
    wanted = [up[-1] + 1 for up in ups] + [down[-1] - 1 for down in downs]
    if chain.ranker is not None:
        chain.ranker.fit(known)
    train_chain(chain, known)
    features = known.vectors
    for transform in chain.transforms:
        features = transform.apply(features)
    interests = chain.aggregator.profile(query, features)
    if chain.ranker is None:
        unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)
        scores = (interests @ unit.T).max(axis=1)
    else:
        scores = chain.ranker.score(query.with_interests(interests))
    best, _ = top_k(scores, 1, query.history.matrix)
    return int(np.count_nonzero(best[:, 0] == wanted))


class FixedMean:
    """The mean of a history, which knows no order."""

    name = "fixed-mean"

    def profile(self, query, vectors):
        matrix = query.history.matrix
        return ((matrix @ vectors) / np.maximum(matrix.sum(axis=1), 1)[:, None])[:, None, :].astype(
            np.float32
        )

    def shares(self, query, vectors):
        matrix = query.history.matrix
        return matrix.multiply(1 / np.maximum(matrix.sum(axis=1), 1)[:, None]).tocsr()


@pytest.mark.parametrize("kind", [LSTM, GRU, Attentive])
def test_an_aggregator_is_trained_to_point_to_the_next_item(kind):
    assert hits(Chain(aggregator=kind(train=TRAIN, **SMALL)), training()) == 14


def test_the_articles_chain_is_trained_together():
    chain = Chain((ReluLayer(16, dropout=0.0),), LSTM(**SMALL), Softmax(dropout=0.0, train=TRAIN))
    assert hits(chain, training()) == 14


def test_a_chain_that_knows_no_order_fails_it():
    chain = Chain((ReluLayer(16, dropout=0.0),), FixedMean(), Softmax(dropout=0.0, train=TRAIN))
    assert hits(chain, training()) <= 9, "up or down is a coin's toss where the same items are in the history"


def test_nothing_is_learned_of_histories_in_random_order():
    rng = np.random.default_rng(0)
    shuffled = [rng.permutation(items).tolist() for items in STEPS]
    assert hits(Chain(aggregator=LSTM(train=TRAIN, **SMALL)), training(shuffled)) <= 9


def test_a_fixed_transform_loses_what_a_trained_one_keeps():
    """Through three random features ten items cannot be told apart as well as through trained ones."""
    known = training()
    fixed = np.maximum(np.random.default_rng(2).normal(size=(ITEMS, 3)), 0).astype(np.float32)
    apart = hits(Chain(aggregator=LSTM(**SMALL, train=TRAIN)), replace(known, vectors=fixed))
    joint = hits(Chain((ReluLayer(16, dropout=0.0),), LSTM(**SMALL, train=TRAIN)), known)
    assert joint > apart


def test_one_seed_trains_the_same_weights_and_another_others():
    def weights(seed):
        chain = Chain((ReluLayer(4),), LSTM(**SMALL), Softmax(train=TrainOptions(epochs=2)))
        known = replace(training(), seed=seed)
        chain.ranker.fit(known)
        train_chain(chain, known)
        return chain.ranker.weight_.tobytes() + chain.transforms[0].weight_.tobytes()

    assert weights(1) == weights(1)
    assert weights(1) != weights(2)


def test_training_together_moves_the_weights_of_every_component():
    def weights(rate):
        options = replace(TRAIN, learning_rate=rate, epochs=2)
        chain = Chain((ReluLayer(8, dropout=0.0),), GRU(**SMALL), Softmax(train=options))
        known = training()
        chain.ranker.fit(known)
        train_chain(chain, known)
        first, _, last = chain.transforms[0], chain.aggregator, chain.ranker
        return [first.weight_, first.bias_, *chain.aggregator.weights_.values(), last.weight_, last.bias_]

    for began, ended in zip(weights(1e-12), weights(0.02), strict=True):
        assert not np.allclose(began, ended)


def test_losses_over_drawn_items_learn_it_too():
    options = replace(TRAIN, negatives=6, epochs=25)
    assert hits(Chain(aggregator=LSTM(train=options, **SMALL)), training()) == 14


def test_a_user_gets_the_same_interests_alone_among_others_and_beside_longer_histories():
    aggregator = LSTM(**{**SMALL, "length": 20}, train=replace(TRAIN, epochs=1))
    known = training()
    train_chain(Chain(aggregator=aggregator), known)
    lists = [list(range(size)) for size in (1, 2, 3, 4, 5, 7, 9, 10)] * 20 + [[]]
    together = aggregator.profile(asking(lists, ITEMS), known.vectors)
    for row in (0, 3, 7, 64, 160):
        alone = aggregator.profile(asking([lists[row]], ITEMS), known.vectors)
        assert alone.tobytes() == together[row : row + 1].tobytes()


def test_a_history_of_items_without_a_vector_has_no_interest():
    known = training(width=ITEMS)
    vectors = known.vectors.copy()
    vectors[9] = 0
    aggregator = GRU(train=replace(TRAIN, epochs=1), **SMALL)
    train_chain(Chain(aggregator=aggregator), replace(known, vectors=vectors))
    interests = aggregator.profile(asking([[9, 9], [9, 1]], ITEMS), vectors)
    assert not interests[0].any()
    assert interests[1].any()


def test_vectors_of_another_width_are_refused():
    aggregator = GRU(train=replace(TRAIN, epochs=1), **SMALL)
    train_chain(Chain(aggregator=aggregator), training())
    with pytest.raises(ComponentError, match="trained on vectors of 10 dimensions; these have 3"):
        aggregator.profile(asking([[1]], ITEMS), np.ones((ITEMS, 3), np.float32))


def test_probabilities_are_the_softmax_computed_by_hand():
    ranker = Softmax()
    ranker.counts_ = np.array([1, 2, 0, 4])
    ranker.weight_ = np.array([[1, 0], [0, 1], [5, 5], [0, 0]], np.float32)
    ranker.bias_ = np.array([0, 0, 0, 0.5], np.float32)
    query = asking([[0], [0], [0]], 4).with_interests(np.array([[[1, 0]], [[2, 2]], [[0, 0]]], np.float32))
    scores = ranker.score(query)
    raised = np.exp([[1, 0, 0.5], [2, 2, 0.5]])
    np.testing.assert_allclose(scores[:2, [0, 1, 3]], raised / raised.sum(axis=1, keepdims=True), rtol=1e-5)
    assert np.isnan(scores[:, 2]).all(), "an item without an event"
    assert np.isnan(scores[2]).all(), "a user without an interest"
