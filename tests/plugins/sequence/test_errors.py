"""Each mistake is said in a sentence, before or while training."""

from dataclasses import replace

import numpy as np
import pytest

from palate.errors import ComponentError, RecipeError
from palate.recipe import load_recipe
from palate.testing import asking, training_of
from palate_sequence.recurrent import GRU
from palate_sequence.sasrec import SASRec

pytest.importorskip("torch")

LISTS = [[0, 1, 2], [1, 2, 0]]


@pytest.mark.parametrize("items", ["vectors", "delta"])
def test_vectors_are_asked_for(items):
    with pytest.raises(
        ComponentError, match=f"'gru' with `items: {items}` needs item vectors; add `encode:`"
    ):
        GRU(items=items).fit(training_of(LISTS, 3))


def test_a_recipe_without_an_encoder_is_refused_before_anything_is_computed(recipe):
    recipe["branches"]["linear"]["rank"] = {"use": "sasrec", "items": "delta"}
    with pytest.raises(RecipeError, match="ranker 'sasrec' needs item vectors"):
        load_recipe(recipe)


def test_heads_must_divide_the_width():
    with pytest.raises(ComponentError, match="heads must divide dimensions; got 3 heads and 64 dimensions"):
        SASRec(heads=3)


def test_histories_of_one_event_are_nothing_to_train_on():
    with pytest.raises(ComponentError, match="nothing to train on: no user has two events"):
        SASRec().fit(training_of([[0], [1], []], 3))


def test_a_loss_that_explodes_is_told():
    with pytest.raises(ComponentError, match=r"training diverged: .* a smaller learning_rate \(now 1e\+30\)"):
        SASRec(learning_rate=1e30, epochs=4, dimensions=4).fit(training_of(LISTS, 3))


@pytest.mark.parametrize("items", ["vectors", "delta"])
def test_vectors_of_zeros_are_nothing_to_learn_from(items):
    training = replace(training_of(LISTS, 3), vectors=np.zeros((3, 4), np.float32))
    with pytest.raises(ComponentError, match=f"`items: {items}`: no item with events has a vector"):
        GRU(items=items).fit(training)


def test_with_vectors_an_item_without_text_has_no_score_and_with_delta_it_has():
    vectors = np.ones((4, 2), np.float32)
    vectors[[1, 3]] = 0
    training = replace(training_of([[0, 1, 2], [1, 2, 0], [2, 1, 0]], 4), vectors=vectors)
    for items, known in (("vectors", [0, 2]), ("delta", [0, 1, 2])):
        ranker = GRU(items=items, dimensions=4, epochs=1).fit(training)
        (scores,) = ranker.score(asking([[0, 2]], 4))
        assert np.flatnonzero(np.isfinite(scores)).tolist() == known
