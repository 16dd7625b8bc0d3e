"""An encoder learns from co-engagement what in a text matters, and only where something does."""

from dataclasses import replace

import numpy as np
import pytest

from palate.data import History
from palate.errors import ComponentError
from palate.registry import installed
from palate.testing import asking, conforms, training_of
from palate_sequence.engagement import NewItems, engagement, hold_out_items
from palate_sequence.item_contrast import ItemContrast

pytest.importorskip("torch")

WARM, NEW = 60, 20
OPTIONS = {"dimensions": 8, "hidden": 8, "dropout": 0.1, "batch": 16, "learning_rate": 0.01, "epochs": 15}

TestItemContrast = conforms(
    ItemContrast, teacher={"use": "ease", "l2": 1.0}, dimensions=8, hidden=8, dropout=0.1, batch=64,
    epochs=20, learning_rate=0.03,
)  # fmt: skip

TestWithBase = conforms(
    ItemContrast,
    teacher="item-knn",
    base={"use": "text-to-cf", "teacher": "item-knn", "kernel": "linear", "warm": "text"},
    dimensions=8,
    hidden=8,
    batch=64,
    epochs=5,
    learning_rate=0.01,
)


def teacher(name="ease", **options):
    return installed().find("ranker", name).make(options or {"l2": 5.0})


@pytest.fixture(scope="module")
def tastes():
    """Users like even or odd items. In a text that is a small difference beside large ones that say nothing.

    Items 60 to 79 have no event.
    """
    rng = np.random.default_rng(0)
    lists = [rng.choice(np.arange(user % 2, WARM, 2), 8, replace=False).tolist() for user in range(160)]
    vectors = rng.normal(0, 1.0, (WARM + NEW, 8)).astype(np.float32)
    vectors[:, 0] = np.where(np.arange(WARM + NEW) % 2, 0.4, -0.4)
    return replace(training_of(lists, WARM + NEW), vectors=vectors)


def among_new(scores):
    """The share of pairs of new items in which the one of the user's taste is before the other."""
    found = []
    for user, row in enumerate(scores[:, WARM:]):
        own = np.arange(WARM, WARM + NEW) % 2 == user % 2
        found.append((row[own][:, None] > row[~own]).mean())
    return float(np.mean(found))


def asked(training):
    return asking([training.history.take([user]).items.tolist() for user in range(20)], WARM + NEW)


def cosine(training):
    """The mean of a user's vectors against each item's."""
    unit = training.vectors / np.linalg.norm(training.vectors, axis=1, keepdims=True)
    return asked(training).history.matrix @ unit @ unit.T


def test_new_items_are_ranked_by_what_in_their_text_matters(tastes):
    ranker = ItemContrast(teacher(), **OPTIONS).fit(tastes)
    assert among_new(ranker.score(asked(tastes))) > 0.95
    assert among_new(cosine(tastes)) < 0.8


def test_texts_that_say_nothing_of_taste_teach_nothing(tastes):
    shuffled = tastes.vectors[np.random.default_rng(1).permutation(WARM + NEW)]
    without = replace(tastes, vectors=shuffled)
    assert 0.3 < among_new(ItemContrast(teacher(), **OPTIONS).fit(without).score(asked(without))) < 0.7


def test_items_held_out_as_if_new_say_when_to_stop_and_train_after_all(tastes, monkeypatch):
    from palate_sequence import engagement as module

    monkeypatch.setattr(module, "FEWEST", 5)
    ranker = ItemContrast(teacher(), **OPTIONS | {"epochs": 30, "patience": 3}).fit(tastes)
    said = ranker.remarks()
    assert said["held-out items"] == 6
    assert said["ended"] == "the held-out value has not risen for 3 epochs"
    assert said["best epoch"] == said["epochs"] - 3
    assert said["held-out value"] > 0.7
    assert among_new(ranker.score(asked(tastes))) > 0.9


def test_an_item_without_text_has_no_score_and_counts_nothing_in_a_history(tastes):
    vectors = tastes.vectors.copy()
    vectors[[3, 70]] = 0
    ranker = ItemContrast(teacher(), **OPTIONS | {"epochs": 2}).fit(replace(tastes, vectors=vectors))
    with_it, without, nothing = ranker.score(asking([[1, 3, 5], [1, 5], [3]], WARM + NEW))
    assert np.flatnonzero(np.isnan(with_it)).tolist() == [3, 70]
    assert with_it.tobytes() == without.tobytes()
    assert np.isnan(nothing).all()
    assert not ranker.item_vectors()[[3, 70]].any()


def test_an_explanation_adds_up_to_the_score(tastes):
    ranker = ItemContrast(teacher(), **OPTIONS | {"epochs": 2}).fit(tastes)
    query, items = asking([[1, 3, 5, 3], [2]], WARM + NEW), np.array([61, 7], np.int32)
    found = ranker.explain(query, items)
    assert found.exact
    sums = np.add(found.rest, [found.past[:3].sum(), found.past[3]])
    assert sums == pytest.approx(ranker.score(query)[[0, 1], items], rel=1e-5)


def crossing(**options):
    given = {"teacher": teacher("ease", l2=5.0), "kernel": "linear", "warm": "text"}
    return installed().find("ranker", "text-to-cf").cls(**given | options)


def test_a_share_of_the_network_is_added_to_what_the_base_says_per_item(tastes):
    whole = ItemContrast(teacher(), crossing(), share=1.0, **OPTIONS | {"epochs": 2}).fit(tastes)
    query = asking([[1, 3, 5], [2]], WARM + NEW)
    base = crossing().fit(tastes).score(query) / np.array([[3], [1]]) / whole.deviation_
    network = whole.score(query) - whole.times_ * base
    assert network == pytest.approx(
        whole.interests(query)[:, 0] @ whole.item_vectors().T + whole.offered_[:, -1], abs=1e-4
    )
    whole.share = 0.25
    assert whole.score(query) == pytest.approx(0.25 * network + whole.times_ * base, abs=1e-4)


def test_a_base_that_would_take_more_memory_than_allowed_is_refused(tastes):
    with pytest.raises(ComponentError, match=r"more than the 1e-06 GiB .* Leave `base` out"):
        ItemContrast(teacher(), crossing(), memory=1e-6, **OPTIONS).fit(tastes)


def test_a_base_counts_for_more_the_more_it_knows(tastes):
    shuffled = tastes.vectors[np.random.default_rng(1).permutation(WARM + NEW)]

    class Blind(type(crossing())):
        def fit(self, training):
            return super().fit(replace(training, vectors=shuffled))

    good, blind = (
        ItemContrast(teacher(), made(teacher("ease", l2=5.0), kernel="linear", warm="text"), **OPTIONS)
        for made in (type(crossing()), Blind)
    )
    assert good.fit(tastes).times_ > 1.2 * blind.fit(tastes).times_


def test_with_a_base_an_explanation_is_what_the_score_loses(tastes):
    ranker = ItemContrast(teacher(), crossing(), **OPTIONS | {"epochs": 2}).fit(tastes)
    query, items = asking([[1, 3, 5]], WARM + NEW), np.array([61], np.int32)
    found = ranker.explain(query, items)
    without = ranker.score(asking([[3, 5], [1, 5], [1, 3]], WARM + NEW))[:, 61]
    assert not found.exact
    assert found.past == pytest.approx(ranker.score(query)[0, 61] - without, abs=1e-5)


def test_engagement_is_what_the_teacher_recommends_after_one_item_alone():
    training = training_of([[0, 1, 2], [0, 1], [3, 4], [1, 2, 4], [0, 3]], 6)
    fitted = teacher(l2=1.0).fit(training)
    weights = fitted.score(asking([[item] for item in range(6)], 6))
    np.fill_diagonal(weights, 0)
    weights[:, [2, 5]] = weights[[2, 5]] = 0
    found = engagement(fitted, np.array([0, 1, 3, 4]), 6, 10, 0.5).toarray()
    assert found == pytest.approx(np.sqrt(np.maximum(weights, 0)), rel=1e-5)
    one = engagement(fitted, np.array([0, 1, 3, 4]), 6, 1, 1.0).toarray()
    best = weights.argmax(axis=1)[[0, 1, 3, 4]]
    assert one.argmax(axis=1)[[0, 1, 3, 4]].tolist() == best.tolist()
    assert np.count_nonzero(one) == 4


def test_items_are_held_out_with_users_who_have_others_too(monkeypatch):
    from palate_sequence import engagement as module

    history = training_of([[0, 1, 2], [0], [3], [2, 3, 0, 3], [1]], 5).history
    items = np.arange(5)
    assert hold_out_items(history, items, np.random.default_rng(0)) is None, "too few to say anything"
    monkeypatch.setattr(module, "FEWEST", 1)
    monkeypatch.setattr(module, "SHARE", 0.4)
    held = hold_out_items(history, items, np.random.default_rng(0))
    for past, relevant in zip(np.split(held.past.items, held.past.indptr[1:-1]), held.relevant, strict=True):
        assert len(past)
        assert relevant.any()
        assert not set(past) & set(held.items.tolist())


def test_the_value_of_held_out_items_is_ndcg_among_them():
    relevant = np.array([[True, False, True], [False, True, False]])
    held = NewItems(np.array([4, 6, 7]), History.from_lists([[0], [1]], 8), relevant)
    scores = np.array([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0]], np.float32)
    second, third = 1 / np.log2(3), 0.5
    assert held.ndcg(scores) == pytest.approx(((1 + third) / (1 + second) + second) / 2)


@pytest.mark.parametrize(
    ("vectors", "lists", "said"),
    [
        (None, [[0, 1], [1, 2]], "needs item vectors; add `encode:`"),
        ([1, 0, 0], [[0, 1], [1, 2]], "fewer than two items with events have a vector"),
        ([1, 1, 1], [[0], [1, 1], [2]], "no user has events with two items"),
    ],
)
def test_what_it_cannot_learn_from_is_said(vectors, lists, said):
    given = None if vectors is None else np.array(vectors, np.float32)[:, None]
    with pytest.raises(ComponentError, match=said):
        ItemContrast(teacher(), **OPTIONS).fit(replace(training_of(lists, 3), vectors=given))


class Silent:
    """A teacher that has nothing to say."""

    name = "silent"

    def fit(self, training):
        return self

    def score(self, query):
        return np.zeros((len(query), query.history.n_items), np.float32)


def test_a_teacher_that_recommends_nothing_is_refused(tastes):
    with pytest.raises(ComponentError, match=r"'silent' gives no score above 0 .* such as `ease`"):
        ItemContrast(Silent(), **OPTIONS).fit(tastes)
