"""What the text of a class says of each of its options."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import fields
from itertools import pairwise

_SENTENCE = re.compile(r"(?<=[.:;!?])\s+(?=[A-Z`])|\n\s*\n|\n\s*- ")


def descriptions(cls: type) -> dict[str, str]:
    """One text for each option that the class describes.

    That is the docstring below the field, or else the sentences of the class's own docstring that
    name the option in backticks.
    """
    below: dict[str, str] = {}
    for parent in reversed(cls.__mro__):
        if parent is not object:
            below |= _below_fields(parent)
    sentences = _SENTENCE.split(inspect.getdoc(cls) or "")
    found = {}
    for item in fields(cls):
        named = [each for each in sentences if f"`{item.name}`" in each or f"`{item.name}:" in each]
        said = below.get(item.name) or " ".join(named)
        if item.init and said:
            found[item.name] = " ".join(said.split())
    return found


def _below_fields(cls: type) -> dict[str, str]:
    """The text that stands below each field, as far as the source can be read."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
