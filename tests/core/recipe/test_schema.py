import jsonschema
import pytest
import yaml

from palate.recipe.locate import shipped
from palate.recipe.schema import schema
from palate.registry import installed


@pytest.fixture(scope="module")
def validator():
    found = schema(installed())
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_recipes_are_valid_by_the_schema(validator, name):
    assert [
        error.message for error in validator.iter_errors(yaml.safe_load(shipped()[name].read_text()))
    ] == []


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"recipe": 2},
        {"recipe": 1, "dta": {}},
        {"recipe": 1, "branches": {"a": {"rank": "eas"}}},
        {"recipe": 1, "branches": {"a": {"rank": {"use": "ease", "l2": -1}}}},
        {"recipe": 1, "branches": {"a": {"rank": {"use": "ease", "l3": 1}}}},
        {"recipe": 1, "evaluate": ["ndcg@0"]},
        {"recipe": 1, "top": "many"},
    ],
)
def test_broken_recipes_are_not(validator, bad):
    assert list(validator.iter_errors(bad))


def test_options_carry_bounds_and_defaults(validator):
    ranker = validator.schema["$defs"]["ranker"]["anyOf"]
    ease = next(entry for entry in ranker if entry.get("properties", {}).get("use") == {"const": "ease"})
    assert ease["properties"]["l2"]["exclusiveMinimum"] == 0
    assert "default" in ease["properties"]["l2"]
