import jsonschema
import pytest
import yaml

from palate.components.kinds import KINDS
from palate.errors import RecipeError
from palate.recipe import grammar, load_recipe
from palate.recipe.grammar import PLACES, Place, at, below, keys
from palate.recipe.load import read
from palate.recipe.origins import origins
from palate.recipe.schema import schema
from palate.registry import installed


def test_every_kind_has_a_place_but_engines_and_each_place_a_kind_that_exists():
    kinds = {place.kind for place in PLACES if place.kind}
    assert kinds == set(KINDS) - {"engine"}


def test_no_place_stands_twice_and_each_stands_below_the_mapping_it_is_in():
    paths = [place.path for place in PLACES]
    assert len(set(paths)) == len(paths)
    for place in PLACES:
        above = place.above.removesuffix("[]")
        assert not above or paths.index(above) < paths.index(place.path)


def test_the_keys_of_a_recipe_lead_to_their_row():
    assert at(("branches", "near", "rank")).kind == "ranker"
    assert at(("data", "split")).kind == "splitter"
    assert at(("branches", "near")).kind == ""
    assert at(("branches", "near", "rank", "l2")) is None
    assert keys("data") == ("source", "clean", "feedback", "split")
    view = ["text", "finetune", "objectives", "transform"]
    assert [place.key for place in below("branches.*.encode[]", components=True)] == view


NEW = Place("data.screen", "another place for a cleaner", kind="cleaner", searchable=False)


@pytest.fixture
def with_a_new_row(monkeypatch):
    at_split = [place.path for place in PLACES].index("data.split")
    monkeypatch.setattr(grammar, "PLACES", (*PLACES[:at_split], NEW, *PLACES[at_split:]))


def test_a_row_is_all_it_takes_to_read_check_merge_show_and_describe_a_new_key(
    with_a_new_row, recipe, shop, tmp_path, monkeypatch
):
    monkeypatch.chdir(shop)
    recipe["data"]["screen"] = "min-interactions"
    found = load_recipe(recipe, ["data.screen.users=3"])
    assert found.one("data.screen").options["users"] == 3
    assert found.plain()["data"]["screen"]["use"] == "min-interactions"
    assert list(found.plain()["data"])[-2:] == ["screen", "split"]
    assert found.one("data.screen") in found.walk()
    shown = {path: (value, place) for path, value, place in origins(found)}
    assert shown["data.screen.users"] == ("3", "--set")
    with pytest.raises(RecipeError, match=r"data\.screen: there is no cleaner 'min-interaction'"):
        load_recipe(recipe, ["data.screen=min-interaction"])
    with pytest.raises(RecipeError, match=r"data\.screen: must be the name of a cleaner"):
        load_recipe(recipe, ["data.screen=[drop-duplicates]"])
    validator = jsonschema.Draft202012Validator(schema(installed()))
    assert not list(validator.iter_errors(yaml.safe_load(yaml.safe_dump(read(recipe).plain()))))
    recipe["data"]["screen"] = "min-interaction"
    assert list(validator.iter_errors(recipe))


def test_without_the_row_the_key_is_unknown(recipe):
    recipe["data"]["screen"] = "min-interactions"
    with pytest.raises(
        RecipeError, match=r"data\.screen: unknown key. Here may stand source, clean, feedback, split"
    ):
        load_recipe(recipe)


def test_a_place_that_is_empty_on_purpose_stays_so_in_the_resolved_recipe(recipe):
    recipe |= {"fallback": "none", "evaluate": []}
    plain = load_recipe(recipe).plain()
    assert (plain["fallback"], plain["evaluate"]) == ("none", [])
    assert load_recipe(plain).fallback is None
