"""Values of the core's own, such as `seed`, by the schema that the grammar has of them."""

from __future__ import annotations

import math
import re
from typing import Any

from palate.recipe.grammar import Place
from palate.recipe.yaml import Node


def value(place: Place, node: Node | None) -> tuple[Any, str]:
    """What stands at a place, or its default, and in words what is wrong with it, if anything is."""
    schema = place.schema
    default = schema.get("const", schema.get("default"))
    if node is None or node.value is None:
        missing = f"is required: {place.about.replace('`', '')}, `{place.key}: {default}`"
        return default, missing if place.required else ""
    return (node.value, "") if fits(node.value, schema) else (default, f"{_wish(schema)}; got {node.shown}")


def fits(given: Any, schema: dict[str, Any]) -> bool:
    """Whether a plain value is as the schema wants it."""
    if "const" in schema:
        return not isinstance(given, (bool, float)) and bool(given == schema["const"])
    if "enum" in schema:
        return isinstance(given, str) and given in schema["enum"]
    if schema["type"] == "string":
        short = len(str(given)) <= schema.get("maxLength", math.inf)
        return isinstance(given, str) and short and bool(re.fullmatch(schema.get("pattern", ".*"), given))
    numbers = int if schema["type"] == "integer" else (int, float)
    if isinstance(given, bool) or not isinstance(given, numbers):
        return False
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    return bool(low <= given <= high and schema.get("exclusiveMinimum", -math.inf) < given < math.inf)


def _wish(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"must be {schema['const']}, the version of the grammar"
    if "enum" in schema:
        return f"must be one of {', '.join(schema['enum'])}"
    if schema["type"] == "string":
        longest = f" (at most {schema['maxLength']} characters)" if "maxLength" in schema else ""
        return f"has letters, digits, - and _ only{longest}"
    if schema["type"] == "integer":
        return f"must be a whole number from {schema['minimum']} to {schema['maximum']}"
    return f"must be a number greater than {schema['exclusiveMinimum']}"
