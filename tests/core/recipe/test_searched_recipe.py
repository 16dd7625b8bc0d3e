import pytest

from palate.errors import RecipeError
from palate.recipe.searched import SearchedRecipe

L2 = "branches.linear.rank.l2"


@pytest.fixture
def searched(recipe):
    near = {"use": "item-knn", "neighbours": {"search": "int", "low": 3, "high": 9}}
    recipe["branches"]["linear"]["rank"] = {"use": "ease", "l2": {"search": "log", "low": 0.5, "high": 50}}
    recipe["branches"]["popular"]["rank"] = {"search": "choice", "values": ["popularity", near]}
    return SearchedRecipe.load(recipe)


def ranks(recipe):
    return [(branch.rank.name, branch.rank.options) for branch in recipe.branches]


def test_all_spaces_are_listed_those_within_a_choice_too(searched):
    assert [space.path for space in searched.spaces] == [
        L2, "branches.popular.rank", "branches.popular.rank(item-knn).neighbours",
    ]  # fmt: skip


def test_values_stand_in_the_place_of_spaces_and_those_of_a_choice_are_asked_for_where_it_is_taken(searched):
    asked = []

    def values(space):
        asked.append(space.path)
        return {"log": 2.3456789, "choice": "popularity", "int": 4}[space.kind]

    recipe = searched.with_values(values)
    assert recipe.branches[0].rank.options["l2"] == 2.34568
    assert recipe.branches[1].rank.name == "popularity"
    assert asked == [L2, "branches.popular.rank"]
    other = searched.with_values(lambda space: {"log": 1, "choice": "item-knn", "int": 4}[space.kind])
    assert other.branches[1].rank.options["neighbours"] == 4


def test_a_value_outside_the_bounds_of_a_space_is_brought_to_them(searched):
    recipe = searched.with_values(lambda space: 1e9 if space.kind == "log" else "popularity")
    assert recipe.branches[0].rank.options["l2"] == 50


def test_the_first_has_the_first_value_of_every_space(searched):
    assert searched.first.branches[0].rank.options["l2"] == 0.5
    assert searched.first.branches[1].rank.name == "popularity"


def test_extremes_have_each_bound_of_each_space(searched):
    found = [
        (space.path, ranks(recipe)[0][1]["l2"], ranks(recipe)[1][0]) for space, recipe in searched.extremes()
    ]
    inner = "branches.popular.rank(item-knn).neighbours"
    assert found == [
        (L2, 0.5, "popularity"), (L2, 50, "popularity"),
        ("branches.popular.rank", 0.5, "popularity"), ("branches.popular.rank", 0.5, "item-knn"),
        (inner, 0.5, "item-knn"), (inner, 0.5, "item-knn"),
    ]  # fmt: skip


def test_a_bound_that_an_option_does_not_allow_and_a_recipe_without_spaces_are_refused(recipe):
    with pytest.raises(RecipeError, match="has no search space"):
        SearchedRecipe.load(recipe)
    recipe["branches"]["linear"]["rank"] = {"use": "ease", "l2": {"search": "float", "low": -1, "high": 2}}
    with pytest.raises(RecipeError, match="l2"):
        SearchedRecipe.load(recipe)
