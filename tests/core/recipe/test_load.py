import pytest

from palate.errors import RecipeError
from palate.recipe.load import read
from palate.recipe.locate import locate, shipped


def test_extends_finds_the_file_beside_it_and_settings_come_last(tmp_path):
    (tmp_path / "base.yaml").write_text("recipe: 1\nseed: 1\nbranches: {a: {rank: ease}}\n")
    (tmp_path / "top.yaml").write_text("extends: base.yaml\nseed: 2\n")
    tree = read(tmp_path / "top.yaml", ["branches.a.rank.l2=3", "branches.b={rank: popularity}"])
    assert tree.plain() == {
        "recipe": 1, "seed": 2,
        "branches": {"a": {"rank": {"use": "ease", "l2": 3}}, "b": {"rank": "popularity"}},
    }  # fmt: skip


def test_a_setting_of_null_removes(tmp_path):
    (tmp_path / "r.yaml").write_text("recipe: 1\nseed: 1\n")
    assert read(tmp_path / "r.yaml", ["seed=null"]).plain() == {"recipe": 1}


def test_settings_given_as_a_mapping_are_the_same(tmp_path):
    (tmp_path / "r.yaml").write_text("recipe: 1\n")
    assert read(tmp_path / "r.yaml", {"top": 5}).plain() == {"recipe": 1, "top": 5}


def test_recipes_that_extend_one_another_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n")
    with pytest.raises(RecipeError, match="extend one another"):
        read(tmp_path / "a.yaml")


def test_a_recipe_that_is_nowhere_is_named_with_the_nearest(tmp_path):
    (tmp_path / "a.yaml").write_text("recipe: 1\nextends: quikstart\n")
    with pytest.raises(RecipeError, match=r"a\.yaml:2:10.*Did you mean 'quickstart'"):
        read(tmp_path / "a.yaml")


def test_a_setting_without_a_value_says_what_it_should_look_like(tmp_path):
    (tmp_path / "r.yaml").write_text("recipe: 1\n")
    with pytest.raises(RecipeError, match=r"must look like a\.b\.c=value; got 'seed'"):
        read(tmp_path / "r.yaml", ["seed"])


def test_shipped_recipes_are_found_by_name():
    assert {"quickstart", "popularity", "content", "collaborative", "lightfm", "hybrid"} <= set(shipped())
    assert locate("quickstart").name == "quickstart.yaml"
