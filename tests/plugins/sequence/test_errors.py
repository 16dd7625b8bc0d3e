"""Each mistake is said in a sentence, before or while training."""

import pytest

from palate.errors import ComponentError, RecipeError
from palate.recipe import load_recipe
from palate.testing import training_of
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
