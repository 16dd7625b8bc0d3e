"""Old events count less where a half-life is given."""

from dataclasses import replace

import numpy as np
import pytest

from palate.data.ageing import DAY
from palate.errors import ComponentError, RecipeError
from palate.recipe import load_recipe
from palate.testing import asking, training_of
from palate_neighbours.item_knn import ItemKNN


def test_similarities_and_histories_are_weighted_by_age():
    training = training_of([[0, 1], [1, 0], [2]], 3)
    training = replace(training, history=replace(training.history, times=DAY * np.array([0, 10, 0, 10, 0])))
    ranker = ItemKNN(half_life=10.0, similarity="cosine", shrink=0).fit(training)
    # Item 0 is (1/2, 1), item 1 is (1, 1/2): their cosine is 1 / (5/4).
    query = asking([[0, 2]], 3)
    query = replace(query, history=replace(query.history, times=DAY * np.array([0, 20])))
    assert ranker.score(query)[0] == pytest.approx([0, 0.25 * 0.8, 0])
    found = ranker.explain(query, np.array([1], np.int32))
    assert found.past.tolist() == pytest.approx([0.25 * 0.8, 0])


def test_without_times_it_is_refused():
    with pytest.raises(ComponentError, match="ranker 'item-knn': `half_life` needs the time"):
        ItemKNN(half_life=1.0).fit(training_of([[0, 1]], 2))


def test_a_recipe_over_data_without_times_is_refused_before_anything_is_computed(recipe, tmp_path):
    (tmp_path / "events.csv").write_text("user_id,item_id\na,1\nb,2\n")
    recipe["data"] = {
        "source": {"use": "files", "interactions": str(tmp_path / "events.csv")}, "split": "random",
    }  # fmt: skip
    recipe["branches"] = {"near": {"rank": {"use": "item-knn", "half_life": 30}}}
    recipe.pop("fuse")
    with pytest.raises(RecipeError, match="ranker 'item-knn' needs timestamps; source 'files' has none"):
        load_recipe(recipe)
    del recipe["branches"]["near"]["rank"]["half_life"]
    load_recipe(recipe)
