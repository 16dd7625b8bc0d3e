"""No built-in component is left out of the checks that strangers' components are put to."""

import ast
from pathlib import Path

import pytest

from palate.registry import installed

BUILT_IN = [component for component in installed() if component.distribution == "palate"]


def checked():
    """The names of the classes that a test module of a plugin gives to `conforms`."""
    for path in Path(__file__).parent.glob("*/test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "conforms":
                yield path.parent.name, ast.unparse(node.args[0])


CHECKED = set(checked())


@pytest.mark.parametrize("component", BUILT_IN, ids=lambda each: f"{each.kind}-{each.name}")
def test_a_built_in_component_is_put_to_the_checks_of_its_kind(component):
    package = component.cls.__module__.partition(".")[0].removeprefix("palate_")
    hint = f"add it to tests/plugins/{package}/test_conformance.py"
    assert (package, component.cls.__name__) in CHECKED, hint
