"""What cannot be trained together is said before anything is computed."""

import numpy as np
import pytest

from palate.errors import ComponentError, RecipeError
from palate.recipe import load_recipe
from palate.testing import asking, training_of
from palate.training import Chain, train_chain
from palate_learned.recurrent import LSTM
from palate_learned.relu_layer import ReluLayer
from palate_learned.softmax import Softmax

pytest.importorskip("torch")

ENCODED = {"text": {"use": "template", "template": "{title}"}, "encode": "hash"}


def said(recipe, **branch):
    recipe["branches"] = {"chain": ENCODED | branch}
    recipe.pop("fuse", None)
    with pytest.raises(RecipeError) as error:
        load_recipe(recipe)
    (problem,) = error.value.problems
    return problem.path, problem.message


def test_a_transform_behind_one_that_is_trained(recipe):
    path, message = said(recipe, transform=["center", "relu-layer", "l2"], aggregate="mean", rank="cosine")
    assert path == "branches.chain.transform"
    assert message.startswith("transform 'relu-layer' is trained with what stands behind the transforms")
    assert message.endswith("put 'l2' before it")


def test_a_trained_transform_in_a_view(recipe):
    views = [{"use": "hash", "transform": ["relu-layer"]}, "hash"]
    path, message = said(recipe, encode=views, aggregate="mean", rank="cosine")
    assert path == "branches.chain.encode[0]"
    assert "put it under the branch's `transform:`" in message


def test_an_aggregator_that_nothing_is_trained_through(recipe):
    path, message = said(recipe, transform="relu-layer", aggregate="k-means", rank="softmax")
    assert path == "branches.chain.aggregate"
    assert message.startswith("aggregator 'k-means' stands between a transform and a ranker")


def test_an_aggregator_that_reads_texts_behind_a_trained_transform(recipe):
    path, message = said(recipe, transform="relu-layer", aggregate="document", rank="cosine")
    assert path == "branches.chain.aggregate"
    assert message.startswith("aggregator 'document' reads texts with the transforms of its branch")


def test_how_it_is_trained_is_said_once(recipe):
    few, many = {"train": {"epochs": 3}}, {"train": {"epochs": 30}}
    path, message = said(recipe, aggregate={"use": "lstm", **few}, rank={"use": "softmax", **many})
    assert path == "branches.chain.rank"
    assert message.startswith("aggregator 'lstm' says how the branch is trained")


def test_what_trains_with_a_branch_is_held_by_no_other_component(recipe):
    path, message = said(recipe, aggregate="mean", rank={"use": "text-to-cf", "teacher": "softmax"})
    assert path == "branches.chain.rank"
    assert message.startswith("ranker 'softmax' is trained with the branch it stands in")


def test_a_misspelt_option_of_training_is_named(recipe):
    path, _ = said(recipe, aggregate={"use": "lstm", "train": {"epoch": 3}}, rank="cosine")
    assert path == "branches.chain.aggregate.train.epoch"


@pytest.mark.parametrize(
    "use",
    [
        lambda vectors: ReluLayer().fit(vectors).apply(vectors),
        lambda vectors: LSTM().profile(asking([[0]], 2), vectors),
        lambda vectors: Softmax().fit(training_of([[0]], 2)).score(asking([[0]], 2)),
    ],
)
def test_one_that_is_used_before_it_is_trained_says_so(use):
    with pytest.raises(ComponentError, match="is not trained: it is trained with its branch"):
        use(np.eye(2, dtype=np.float32))


@pytest.mark.parametrize(
    ("lists", "vectors", "message"),
    [
        ([[0], [1], []], np.ones((3, 2)), "nothing to train on: no user has two events"),
        ([[0, 1]], None, "need item vectors; add `encode:`"),
        ([[0, 1]], np.full((3, 2), np.nan), "NaN or infinite"),
    ],
)
def test_data_on_which_nothing_can_be_trained(lists, vectors, message):
    known = training_of(lists, 3)
    object.__setattr__(known, "vectors", None if vectors is None else vectors.astype(np.float32))
    with pytest.raises(ComponentError, match=message):
        train_chain(Chain(aggregator=LSTM()), known)
