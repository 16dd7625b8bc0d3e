import numpy as np
import pytest
import yaml

from palate.errors import ComponentError, RecipeError
from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.recipe.origins import origins
from palate.store import Store

VIEWS = [
    {"use": "hash", "dimensions": 512, "text": [{"use": "column", "column": "title"}], "weight": 4.0},
    {"use": "hash", "dimensions": 4, "transform": []},
]


@pytest.fixture
def viewed(recipe):
    recipe["branches"] = {
        "content": {
            "text": [{"use": "column", "column": "kind"}],
            "encode": VIEWS,
            "aggregate": "mean",
            "rank": "cosine",
        }
    }
    recipe.pop("fuse")
    return recipe


def execution(recipe, tmp_path, settings=()):
    done = Execution(
        compile_plan(load_recipe(recipe, settings), Store(tmp_path / "store")), lambda event: None
    )
    return done.run()


def vectors(done):
    step = next(step for step in done.plan.steps if step.operation == "join")
    return done.value(step), [done.value(below) for below in step.inputs]


def test_views_are_joined_side_by_side_by_the_root_of_their_weights(viewed, tmp_path):
    joined, (titles, kinds) = vectors(execution(viewed, tmp_path))
    assert joined.dtype == np.float32
    assert np.allclose(joined, np.hstack([2 * titles, kinds]))
    assert np.allclose(joined @ joined.T, 4 * titles @ titles.T + kinds @ kinds.T, atol=1e-5)


def test_a_view_is_centred_apart_unless_its_transforms_are_said(viewed, tmp_path):
    _, (titles, kinds) = vectors(execution(viewed, tmp_path))
    assert np.allclose(np.linalg.norm(titles, axis=1), 1)
    assert np.abs(kinds).sum(axis=1).max() > 1
    recipe = load_recipe(viewed)
    assert [block.name for block in recipe.branches[0].views[0].transform] == ["center", "l2"]


def test_a_view_without_a_text_reads_its_branchs(viewed, tmp_path):
    _, (titles, kinds) = vectors(execution(viewed, tmp_path))
    assert len(np.unique(kinds, axis=0)) == 2
    assert len(np.unique(titles.round(4), axis=0)) == 24


def test_transforms_of_the_branch_come_after_joining(viewed, tmp_path):
    viewed["branches"]["content"]["transform"] = ["l2"]
    done = execution(viewed, tmp_path)
    last = next(step for step in done.plan.steps if step.name == "branches.content.transform")
    assert [below.operation for below in last.inputs[2:]] == ["join"]
    assert np.allclose(np.linalg.norm(done.value(last), axis=1), 1)


def test_another_weight_encodes_nothing(viewed, tmp_path):
    execution(viewed, tmp_path)
    viewed["branches"]["content"]["encode"] = [VIEWS[0] | {"weight": 1.0}, VIEWS[1]]
    done = execution(viewed, tmp_path)
    assert "branches.content.join" in done.computed
    assert not any("encode" in name for name in done.computed)


def test_the_resolved_recipe_resolves_to_itself_and_every_value_has_a_place(viewed, tmp_path):
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(viewed))
    recipe = load_recipe(tmp_path / "r.yaml")
    assert load_recipe(recipe.plain()).plain() == recipe.plain()
    found = {path: (value, origin) for path, value, origin in origins(recipe)}
    value, place = found["branches.content.encode[0].weight"]
    assert value == "4.0"
    assert place.startswith(f"{tmp_path / 'r.yaml'}:")
    assert found["branches.content.encode[1].weight"] == ("1.0", "default")


@pytest.mark.parametrize(
    ("views", "said"),
    [
        ([], "branches.content.encode: needs an encoder, or at least one view"),
        ([{"use": "hash", "weight": 0}], r"encode\[0\].weight: must be a number greater than 0; got 0"),
        ([{"use": "hash", "weight": True}], r"encode\[0\].weight: must be a number greater than 0; got true"),
        ([{"use": "hash"}, {"use": "hsh"}], r"encode\[1\]: there is no encoder 'hsh'. Did you mean 'hash'"),
        ([{"use": "hash", "wieght": 1}], r"encode\[0\].wieght: encoder 'hash' has no option 'wieght'"),
        ([{"use": "hash", "transform": ["cnter"]}], r"encode\[0\].transform\[0\]: there is no transform"),
        ([{"use": "hash", "dimensions": 0}], r"encode\[0\].dimensions: must be greater than"),
    ],
)
def test_what_is_wrong_with_a_view_is_said_with_its_place(viewed, views, said):
    viewed["branches"]["content"]["encode"] = views
    with pytest.raises(RecipeError, match=said):
        load_recipe(viewed)


def test_a_view_without_any_text_is_refused(viewed):
    del viewed["branches"]["content"]["text"]
    with pytest.raises(RecipeError, match=r"encode\[1\]: an encoder needs a text") as caught:
        load_recipe(viewed)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("odd", [np.ones((3, 9), np.float32), np.full((24, 9), np.nan, np.float32)])
def test_an_encoder_that_gives_too_few_rows_or_nan_is_named_with_its_view(viewed, tmp_path, monkeypatch, odd):
    from palate_hash.encoder import Hash

    monkeypatch.setattr(Hash, "encode", lambda self, texts: odd)
    with pytest.raises(ComponentError, match="encoder 'hash' must give one vector a text") as caught:
        execution(viewed, tmp_path)
    assert caught.value.__notes__ == ["in step 'branches.content.encode[0].encode' of recipe 'shop'"]
