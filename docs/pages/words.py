"""Docstrings and values as Markdown."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any


def prose(documented: Any) -> str:
    """A docstring as Markdown: its backticks and lists are Markdown already."""
    return escaped(inspect.getdoc(documented) or "")


def escaped(text: str) -> str:
    """Text in which stars, brackets and angles outside of code stand for themselves."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"(?<!^)([*_\[\]<])", r"\\\1", part) for part in parts
    )


def cell(text: str) -> str:
    """Text for one cell of a table."""
    return " ".join(text.split()).replace("|", r"\|")


def allowed(option: dict[str, Any], defs: dict[str, Any]) -> str:
    """What an option takes, from its JSON Schema, in words."""
    if "$ref" in option:
        return allowed(defs.get(option["$ref"].rsplit("/", 1)[-1], {}), defs)
    if "anyOf" in option:
        return " or ".join(dict.fromkeys(allowed(each, defs) for each in option["anyOf"]))
    if "enum" in option or "const" in option:
        return ", ".join(f"`{value}`" for value in option.get("enum", [option.get("const")]))
    kinds = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false",
             "null": "null", "object": "mapping"}  # fmt: skip
    if option.get("type") == "array":
        return f"list of {allowed(option.get('items', {}), defs)}"
    said = kinds.get(option.get("type", ""), "anything")
    if said == "mapping" and isinstance(option.get("additionalProperties"), dict):
        said += f" to {allowed(option['additionalProperties'], defs)}"
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    limits = [f"{sign} {option[key]:g}" for key, sign in bounds.items() if key in option]
    return f"{said} {', '.join(limits)}".strip()


def default(option: dict[str, Any]) -> str:
    return f"`{json.dumps(option['default'], ensure_ascii=False)}`" if "default" in option else "required"
