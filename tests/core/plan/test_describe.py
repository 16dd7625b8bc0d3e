import json

import pytest

from palate.errors import PluginError
from palate.plan import compile_plan
from palate.plan import describe as module
from palate.plan.describe import described, rebuilt
from palate.recipe import load_recipe
from palate.registry import Registry, installed
from palate.store import Store


@pytest.fixture
def last(recipe, tmp_path):
    return compile_plan(load_recipe(recipe), Store(tmp_path)).rows[-1].evaluation


def test_a_step_comes_back_with_its_fingerprint_and_all_it_stands_on(last):
    found = rebuilt(described(last), installed())
    assert found.fingerprint == last.fingerprint
    assert [step.name for step in found.walk()] == [step.name for step in last.walk()]


def test_a_description_holds_no_data_and_is_short(last):
    text = described(last)
    assert "p00" not in text
    assert len(text) < 20_000


def test_a_plugin_that_is_missing_is_named(last):
    with pytest.raises(PluginError, match=r"source 'files' of palate is not installed here"):
        rebuilt(described(last), Registry())


def test_other_code_of_a_component_is_named_with_both_hashes(last):
    said = json.loads(described(last))
    fit = next(step for step in said["steps"] if step["name"] == "branches.linear.fit")
    fit["blocks"][0]["identity"][3] = "0123456789abcdef"
    fit["fingerprint"] = "other"
    with pytest.raises(PluginError, match=r"'branches.linear.fit' .* ranker 'ease' .*, there 01234"):
        rebuilt(json.dumps(said), installed())


def test_other_code_of_the_core_is_named(last, monkeypatch):
    text = described(last)
    monkeypatch.setattr("palate.plan.steps.core_code", lambda: "feed")
    monkeypatch.setattr(module, "core_code", lambda: "feed")
    with pytest.raises(PluginError, match=r"palate's own code \(here feed, there "):
        rebuilt(text, installed())
