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


@pytest.mark.parametrize(
    ("rank", "valid"),
    [
        ({"use": "ease", "l2": {"search": "log", "low": 1, "high": 9}}, True),
        ({"search": "choice", "values": ["ease", {"use": "item-knn"}]}, True),
        ({"use": "item-knn", "neighbours": {"search": "int", "low": 1, "high": 9, "step": 2}}, True),
        ({"use": "item-knn", "similarity": {"search": "choice", "values": ["cosine"]}}, True),
        ({"use": "ease", "l2": {"search": "log", "low": 0, "high": 9}}, False),
        ({"use": "ease", "l2": {"search": "lag", "low": 1, "high": 9}}, False),
        ({"use": "ease", "l2": {"search": "log", "low": 1}}, False),
        ({"use": "ease", "l2": {"low": 1}}, False),
    ],
)
def test_an_option_or_a_block_may_be_a_search_space(validator, rank, valid):
    assert validator.is_valid({"recipe": 1, "branches": {"a": {"rank": rank}}}) == valid


def test_the_split_and_the_metrics_may_not(validator):
    share = {"search": "float", "low": 0.1, "high": 0.2}
    assert not validator.is_valid({"recipe": 1, "data": {"split": {"use": "random", "test": share}}})
    assert not validator.is_valid({"recipe": 1, "evaluate": [{"use": "ndcg", "k": {"search": "int"}}]})
