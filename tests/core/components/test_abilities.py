"""Optional abilities: each is declared, and a name that is nearly one is noticed."""

import inspect
import re
from dataclasses import dataclass
from typing import ClassVar

import pytest

from palate.components import contracts
from palate.components.abilities import ABILITIES, OF_EVERY_KIND, abilities, near_misses
from palate.components.kinds import KINDS


@dataclass
class Plain:
    """A component with nothing odd about it."""

    name: ClassVar[str] = "plain"
    want: float = 1.0
    need: float = 1.0


def with_names(**names):
    return dataclass(type("Odd", (Plain,), {"__module__": __name__, **names}))


@pytest.mark.parametrize(
    ("kind", "name", "value", "meant"),
    [
        ("fuser", "want_tuning", lambda self: True, "wants_tuning"),
        ("source", "fingerprnt", lambda self: "", "fingerprint"),
        ("ranker", "score_item", lambda self, query, items: None, "score_items"),
        ("ranker", "explains", lambda self, query, items: None, "explain"),
        ("encoder", "identify", lambda self: "", "identity"),
        ("metric", "lower_better", True, "lower_is_better"),
        ("ranker", "librarys", ("torch",), "libraries"),
        ("ranker", "only_sped", frozenset(), "only_speed"),
    ],
)
def test_a_near_miss_is_named_with_what_was_probably_meant(kind, name, value, meant):
    (said,) = near_misses(with_names(**{name: value}), kind)
    sort = "method" if callable(value) else "class variable"
    assert said == f"{kind} Odd has a {sort} {name!r}. Did you mean {meant!r}?"


@pytest.mark.parametrize(
    "names",
    [
        {"wants_tuning": lambda self: True},
        {"wants_tuning": lambda self: True, "want_tuning": lambda self: True},
        {"_want_tuning": lambda self: True, "tunes_": 3},
        {"want_tuning": True},
        {"weights": lambda self: None, "normalise": lambda self: None, "total": 3},
    ],
)
def test_abilities_private_names_and_names_of_ones_own_are_left_alone(names):
    assert near_misses(with_names(**names), "fuser") == []


def test_an_option_is_never_a_near_miss_and_a_variable_without_annotation_is_one():
    assert near_misses(Plain, "ranker") == []
    cls = dataclass(type("Odd", (), {"__module__": __name__, "name": "odd", "need": frozenset({"text"})}))
    assert near_misses(cls, "ranker") == ["ranker Odd has a class variable 'need'. Did you mean 'needs'?"]


def test_what_comes_from_a_parent_of_another_package_is_left_alone():
    parent = type("Module", (), {"__module__": "library.module", "explains": lambda self: None})
    cls = dataclass(type("Odd", (parent,), {"__module__": __name__, "name": "odd"}))
    assert near_misses(cls, "ranker") == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_and_the_contract_of_a_kind_name_the_same_abilities(kind):
    contract = inspect.getdoc(getattr(contracts, kind.capitalize()))
    for ability in ABILITIES.get(kind, ()):
        assert f"`{ability.name}" in contract, f"the contract of {kind} says nothing of {ability.name}"
    known = {each.name for each in abilities(kind)} | {*KINDS[kind].methods, *KINDS[kind].one_of}
    assert set(re.findall(r"`([a-z_]+)\(", contract)) <= known


def test_the_text_about_all_kinds_names_what_every_kind_may_have():
    for ability in OF_EVERY_KIND:
        assert f"`{ability.name}" in inspect.getdoc(contracts)
