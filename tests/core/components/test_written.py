from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pytest

from palate.components.component import Component
from palate.components.written import as_annotated, written


@pytest.mark.parametrize(
    ("text", "value", "hint", "right"),
    [
        ("0012", 12, str | int, "0012"),
        ("12", 12, str | int, 12),
        ("12", 12, str, "12"),
        ("0012", 12, int, 12),
        ("010", 10, int | Literal["all"], 10),
        ("1e3", 1000.0, str | int | float, "1e3"),
        ("0.5", 0.5, str | int | float, 0.5),
        ("1.0", 1.0, str | int, "1.0"),
        ("1e3", 1000.0, float | None, 1000.0),
        ("7" * 30, int("7" * 30), str | int, "7" * 30),
        ("0x1F", 31, Any, 31),
    ],
)
def test_a_number_is_text_where_only_text_says_what_was_written(text, value, hint, right):
    found = as_annotated(written(value, text), hint)
    assert (found, type(found)) == (right, type(right))


@dataclass
class Where:
    attribute: str
    values: list[str | int] = field(default_factory=list)


@dataclass
class Pinned:
    name: ClassVar[str] = "pinned"

    pin: list[str | int] = field(default_factory=list)
    rules: list[Where] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    names: dict[str, str] | None = None


def test_lists_mappings_and_conditions_are_gone_through():
    number = written(12, "0012")
    options = {
        "pin": [number, "x", written(3, "3")],
        "rules": [{"attribute": number, "values": [number]}],
        "shares": {"a": number},
        "names": {"a": number},
    }
    found, problems = Component("reranker", Pinned, "p", "p", "0").check(options)
    assert problems == {}
    assert found == {
        "pin": ["0012", "x", 3],
        "rules": [{"attribute": "0012", "values": ["0012"]}],
        "shares": {"a": 12.0},
        "names": {"a": "0012"},
    }


def test_truth_values_have_no_text():
    assert written(True, "true") is True
