from dataclasses import dataclass, field
from typing import Any

import pytest

from palate.components.docstrings import descriptions
from palate.registry import installed


@dataclass
class Parent:
    """Of a parent."""

    inherited: int = 1
    """Comes from
    the parent."""

    replaced: int = 1
    """Is replaced."""


@dataclass
class Child(Parent):
    """What it is. `named` is named here: twice. More of `named`. Nothing of the rest.

    A last word on `braced: value` too.
    """

    own: int = 2
    """Stands below it."""

    named: int = 3
    braced: int = 4
    silent: int = 5
    replaced: int = 6
    """Replaces."""

    state_: Any = field(init=False, default=None)
    """Is no option."""


def test_an_option_is_described_below_it_or_by_the_sentences_that_name_it():
    assert descriptions(Child) == {
        "inherited": "Comes from the parent.",
        "replaced": "Replaces.",
        "own": "Stands below it.",
        "named": "`named` is named here: twice. More of `named`.",
        "braced": "A last word on `braced: value` too.",
    }


def test_a_class_whose_source_cannot_be_read_still_has_its_docstring():
    names: dict[str, Any] = {"__doc__": "Made up. `k` counts.", "__annotations__": {"k": int}, "k": 1}
    assert descriptions(dataclass(type("Made", (), names))) == {"k": "`k` counts."}


@pytest.mark.parametrize(
    "component",
    [each for each in installed() if each.distribution == "palate"],
    ids=lambda each: f"{each.kind}-{each.name}",
)
def test_every_option_of_a_built_in_component_is_described(component):
    silent = set(component.options.model_fields) - set(descriptions(component.cls))
    assert not silent, f"put a text below {', '.join(sorted(silent))} of {component.cls.__name__}"
