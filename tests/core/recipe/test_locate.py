import types

import pytest

from palate import hookimpl
from palate.errors import RecipeError
from palate.recipe import load_recipe
from palate.recipe.load import read
from palate.recipe.locate import locate, of_distributions, shipped, summary
from palate.registry import PluginEntry, Registry


@pytest.fixture
def registry(tmp_path):
    """palate-movies and palate_books both bring a recipe `cold-start`."""
    registry = Registry()
    for distribution in ("palate-movies", "palate_books"):
        folder = tmp_path / distribution
        folder.mkdir()
        (folder / "cold-start.yaml").write_text(
            f"# For {distribution}.\nrecipe: 1\nname: {distribution}\ntop: 7\n"
        )
        hooks = types.SimpleNamespace(register_recipes=hookimpl(lambda folder=folder: [folder]))
        registry.load(PluginEntry(distribution, distribution, "1.0", entry=hooks))
    return registry


def test_a_recipe_of_a_distribution_is_found_by_both_names(registry, tmp_path):
    right = tmp_path / "palate-movies" / "cold-start.yaml"
    assert locate("palate-movies:cold-start", registry=registry) == right
    assert locate("palate-movies:cold-start.yaml", registry=registry) == right
    assert locate("cold-start", registry=registry) == right, "of two that share a name the first is meant"


@pytest.mark.parametrize(
    "name", ["palate-books:cold-start", "palate_books:cold-start", "Palate.Books:cold-start"]
)
def test_the_name_of_a_distribution_is_read_as_pip_does(registry, tmp_path, name):
    assert locate(name, registry=registry) == tmp_path / "palate_books" / "cold-start.yaml"


def test_a_recipe_may_extend_one_of_a_distribution(registry, tmp_path):
    (tmp_path / "mine.yaml").write_text("recipe: 1\nextends: palate-movies:cold-start\nname: mine\n")
    tree = read(tmp_path / "mine.yaml", registry=registry)
    assert tree.plain() == {"recipe": 1, "name": "mine", "top": 7}
    assert str(tree.mapping["top"].origin).endswith("palate-movies/cold-start.yaml:4:6")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "palate-movies:cold-strat",
            r"has no recipe 'cold-strat'\. Did you mean 'palate-movies:cold-start'\?",
        ),
        (
            "palate-movie:cold-start",
            r"no installed distribution 'palate-movie' .* mean 'palate-movies:cold-start'\?",
        ),
        ("x:y", r"Recipes of distributions: palate-movies:cold-start, palate-books:cold-start"),
    ],
)
def test_what_is_not_there_is_named_with_its_place_and_what_was_meant(registry, tmp_path, name, said):
    (tmp_path / "mine.yaml").write_text(f"recipe: 1\nextends: {name}\n")
    with pytest.raises(RecipeError, match=rf"mine\.yaml:2:10  .*{said}"):
        load_recipe(tmp_path / "mine.yaml", registry=registry)


def test_without_any_such_plugin_it_says_so():
    with pytest.raises(RecipeError, match="No plugin brings recipes"):
        locate("palate-movies:cold-start", registry=Registry())


def test_a_file_with_a_colon_in_its_name_is_still_a_file(registry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a:b.yaml").write_text("recipe: 1\n")
    assert str(locate("a:b", registry=registry)) == "a:b.yaml"


def test_both_are_listed_by_their_own_names(registry):
    assert list(of_distributions(registry)) == ["palate-movies:cold-start", "palate-books:cold-start"]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_recipe_says_whom_it_is_for_and_where_editors_find_the_schema(name):
    first, second = shipped()[name].read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# For ")
    assert second == "# yaml-language-server: $schema=recipe.schema.json"
    assert summary(shipped()[name]) == first.removeprefix("# ")
