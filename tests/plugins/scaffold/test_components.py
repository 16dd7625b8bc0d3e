"""What a new plugin begins with does what every component of its kind must."""

import importlib
import importlib.util

import pytest

from palate.components.kinds import KINDS
from palate.registry import PluginEntry, Registry
from palate.testing import check


def module(kind):
    return importlib.import_module(f"palate_scaffold.components.{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_it_passes_every_check_of_its_kind(kind):
    outcomes = check(module(kind).PluginName, kind=kind)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) >= 6


@pytest.mark.parametrize("kind", KINDS)
def test_its_hook_registers_it_and_nothing_else(kind):
    registry = Registry()
    registry.load(PluginEntry("new", entry=module(kind)))
    assert [(found.kind, found.name) for found in registry] == [(kind, "plugin-name")]
    assert registry.failures == registry.notices == []
    assert registry.find(kind, "plugin-name").options.model_fields, "it shows how an option is written"


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="it learns with torch")
def test_the_neural_ranker_passes_every_check_too(one_thread):
    outcomes = check(module("neural_ranker").PluginName, kind="ranker", dimensions=8)
    assert [outcome for outcome in outcomes if not outcome.passed] == []
