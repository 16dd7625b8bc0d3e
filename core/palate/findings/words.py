"""Names of columns in the options of a component."""

from __future__ import annotations

import re
from typing import Any


def columns_in(value: Any) -> set[str]:
    """Every text in a value, and what stands between braces in one: a template's columns among them."""
    if isinstance(value, str):
        return {value, *re.findall(r"{([^{}]+)}", value)}
    if isinstance(value, dict):
        return set().union(*(columns_in(each) for pair in value.items() for each in pair))
    if isinstance(value, (list, tuple)):
        return set().union(*map(columns_in, value))
    return set()
