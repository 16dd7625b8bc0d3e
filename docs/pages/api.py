"""The page of the Python API, from the docstrings of what `import palate` gives."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

import palate
import palate.testing
from pages.words import escaped, prose

INTRODUCTION = """# Python API

What `import palate` gives, with what its methods return. Tables are polars frames. Names that begin with `_`,
and modules not named here, may change without notice. What a plugin implements is on the pages of
[hooks](hooks.md) and [kinds](kinds.md).

```python
import palate

run = palate.run("popularity")
print(run.metrics)
print(run.recommend(user=42, k=5))
```
"""

SECTIONS = {
    "Run a recipe": ("run", "fit", "load_recipe"),
    "What they give": ("Run", "Pipeline"),
    "Compare, tune and update": ("compare", "Comparison", "tune", "TuningResult", "update"),
    "Data": ("Dataset", "Items", "History", "Fold", "Training", "Query", "Ranking", "Truth"),
    "Events and errors": ("Event", "PalateError"),
}
HIDDEN = {"answer"}
TESTING, SERVE = "palate.testing", "palate.serve"
WIDTH = 84


def page() -> str:
    parts = [INTRODUCTION]
    for title, names in SECTIONS.items():
        parts.append(f"## {title}\n")
        parts += [_entry(f"palate.{name}", getattr(palate, name)) for name in names]
    parts.append(f"## {SERVE}\n\n{prose(palate.serve).splitlines()[0]}\n")
    parts += [_entry(f"{SERVE}.{name}", getattr(palate.serve, name)) for name in palate.serve.__all__]
    parts.append(f"## {TESTING}\n\n{prose(palate.testing)}\n")
    parts += [_entry(f"{TESTING}.{name}", getattr(palate.testing, name)) for name in palate.testing.__all__]
    return "\n".join(parts)


def _entry(name: str, thing: Any) -> str:
    """A function, or a class with its fields, properties and public methods."""
    if not inspect.isclass(thing):
        return f"### {name}\n\n{_code(name, thing)}\n\n{prose(thing)}\n"
    members = {key: found for key, found in vars(thing).items() if key[0] != "_" and key not in HIDDEN}
    properties = [line for key, found in members.items() for line in _property(key, found)]
    parts = [f"### {name}", "", prose(thing), "", *_fields(thing), *properties, ""]
    for key, found in members.items():
        parts += _method(f"{thing.__name__}.{key}", found)
    return "\n".join(parts)


def _fields(cls: Any) -> list[str]:
    if not is_dataclass(cls):
        return []
    return [f"- `{each.name}`: `{each.type}`" for each in fields(cls) if not each.name.startswith("_")]


def _property(name: str, found: Any) -> list[str]:
    getter = getattr(found, "fget", None) or getattr(found, "func", None)
    said = inspect.getdoc(getter) if isinstance(found, property | cached_property) else None
    return [f"- `{name}`: {escaped(' '.join(said.split()))}"] if said else []


def _method(name: str, found: Any) -> list[str]:
    """A method with its signature; nothing for what has no docstring."""
    function = found.__func__ if isinstance(found, classmethod | staticmethod) else found
    if not inspect.isfunction(function) or not inspect.getdoc(function):
        return []
    return [_code(name, function, method=True), "", prose(function), ""]


def _code(name: str, function: Any, method: bool = False) -> str:
    """A signature in a block, an argument a line where it would be wider than the column."""
    signature = inspect.signature(function)
    arguments = _arguments(signature, method)
    gives = "" if signature.return_annotation is inspect.Signature.empty else _gives(signature)
    line = f"{name}({', '.join(arguments)}){gives}"
    if len(line) > WIDTH:
        line = f"{name}(\n" + "".join(f"    {each},\n" for each in arguments) + f"){gives}"
    return f"```python\n{line}\n```"


def _arguments(signature: inspect.Signature, method: bool) -> list[str]:
    found, named = [], False
    for parameter in signature.parameters.values():
        if method and parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not named:
            found.append("*")
        named = named or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        found.append(_argument(parameter))
    return found


def _argument(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = stars + parameter.name
    if parameter.annotation is not parameter.empty:
        text += f": {_plain(parameter.annotation)}"
    return text if parameter.default is parameter.empty else f"{text} = {parameter.default!r}"


def _gives(signature: inspect.Signature) -> str:
    return f" -> {_plain(signature.return_annotation)}"


def _plain(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
