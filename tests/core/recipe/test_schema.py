import importlib

import jsonschema
import pytest
import yaml

from palate.components.kinds import KINDS
from palate.recipe.locate import shipped
from palate.recipe.schema import schema
from palate.registry import Registry, installed
from palate.registry.entry_points import PluginEntry, plugin_entries
from palate_scaffold.example import recipe
from palate_scaffold.names import Names


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
    l3ae = next(entry for entry in ranker if entry.get("properties", {}).get("use") == {"const": "l3ae"})
    assert l3ae["properties"]["l2"]["exclusiveMinimum"] == 0
    assert "default" in l3ae["properties"]["l2"]


@pytest.mark.parametrize(
    "component",
    [each for each in installed() if each.distribution == "palate"],
    ids=lambda each: f"{each.kind}-{each.name}",
)
def test_each_component_has_a_description_and_each_option_its_own(validator, component):
    def uses(entry):
        use = entry.get("properties", {}).get("use", {})
        return use.get("const") == component.name or use.get("pattern", "").startswith(f"^{component.name}(")

    (found,) = [entry for entry in validator.schema["$defs"][component.kind]["anyOf"] if uses(entry)]
    assert found["description"] == component.summary
    options = {name: option for name, option in found["properties"].items() if name != "use"}
    assert list(options) == list(component.options.model_fields)
    assert [name for name, option in options.items() if not option.get("description")] == []


def test_enumerations_are_carried(validator):
    rankers = validator.schema["$defs"]["ranker"]["anyOf"]
    knn = next(entry for entry in rankers if entry.get("properties", {}).get("use") == {"const": "item-knn"})
    assert "'enum': ['cosine'" in str(knn["properties"]["similarity"])


def test_what_new_plugins_begin_with_is_valid_once_they_are_installed():
    registry = Registry()
    for door in plugin_entries():
        registry.load(door)
    for kind in KINDS:
        registry.load(
            PluginEntry(f"new-{kind}", entry=importlib.import_module(f"palate_scaffold.components.{kind}"))
        )
    validator = jsonschema.Draft202012Validator(schema(registry))
    for kind in KINDS:
        wrong = validator.iter_errors(yaml.safe_load(recipe(Names(kind, "plugin-name"))))
        assert [error.message for error in wrong] == [], kind


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
