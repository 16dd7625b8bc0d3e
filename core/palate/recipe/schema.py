"""A JSON Schema of recipes for the plugins that are installed, so that editors complete and check."""

from __future__ import annotations

from typing import Any

from palate.components.component import Component
from palate.components.docstrings import descriptions
from palate.components.kinds import KINDS
from palate.components.nested import nested_options
from palate.recipe.grammar import BRANCH, NAME, VIEW, VIEWS, Place, below, searchable
from palate.recipe.space import KEYS
from palate.registry import Registry

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SEARCH = {"$ref": "#/$defs/search"}


def schema(registry: Registry) -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) with every option's description, bounds and default.

    Only `recipe` is demanded, as a recipe may leave the rest to the one it extends.
    """
    return {
        "$schema": DRAFT,
        "title": "palate recipe",
        "type": "object",
        "additionalProperties": False,
        "required": ["recipe"],
        "properties": _properties(),
        "$defs": {kind: _kind(kind, registry) for kind in KINDS}
        | {"view": _view(registry), "search": _search()},
    }


def _properties(path: str = "") -> dict[str, Any]:
    """The schema of each key of the mapping at this path of the grammar."""
    return {place.key: _place(place) for place in below(path)}


def _place(place: Place) -> dict[str, Any]:
    """What may stand at a place of the grammar."""
    about = {"description": place.about.replace("`", "")}
    if place.schema:
        return about | place.schema
    if place.kind:
        return about | _components(place)
    if place.path == "branches":
        known = {"type": "object", "propertyNames": {"pattern": NAME}}
        branch = {"type": "object", "additionalProperties": False, "properties": _properties(BRANCH)}
        return about | known | {"additionalProperties": {"anyOf": [branch, {"type": "null"}]}}
    inside = _properties(place.path)
    return about | {"type": "object", "additionalProperties": False, "properties": inside}


def _components(place: Place) -> dict[str, Any]:
    """One block or several, or what leaves the place empty, or a search space."""
    block = {"$ref": f"#/$defs/{place.kind}"}
    spaces = [_SEARCH] if place.searchable else []
    choices: list[dict[str, Any]] = [block, {"type": "null"}, *spaces]
    if place.off:
        choices.insert(0, {"const": place.off})
    if place.many:
        choices.append({"type": "array", "items": {"anyOf": [block, *spaces]} if spaces else block})
    if place.path == VIEWS:
        choices.append({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/view"}})
    return {"anyOf": choices}


def _search() -> dict[str, Any]:
    """A search space, in place of an option or a block: one shape a kind of search."""
    values = {"values": {"type": "array", "minItems": 1, "description": "What may stand here."}}
    shapes = [_shape(kind, values if kind == "choice" else _number_keys(kind)) for kind in KEYS]
    return {"description": "What to try in `palate tune`.", "anyOf": shapes}


def _number_keys(kind: str) -> dict[str, Any]:
    plain = {"type": "integer" if kind == "int" else "number"}
    positive = {**plain, "exclusiveMinimum": 0}
    known = {"low": positive if kind == "log" else plain, "high": plain, "step": positive}
    known["points"] = {"type": "integer", "minimum": 2, "description": "How many values a grid has of it."}
    return {key: known[key] for key in KEYS[kind]}


def _shape(kind: str, keys: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["search", *(key for key in keys if key not in ("step", "points"))],
        "properties": {"search": {"const": kind}, **keys},
    }


def _searchable(option: dict[str, Any]) -> dict[str, Any]:
    """An option's schema that allows a search space beside the option's own values."""
    if set(option) & {"anyOf", "$ref", "enum", "const", "properties", "additionalProperties"}:
        about: dict[str, Any] = {
            key: option[key] for key in ("title", "description", "default") if key in option
        }
        own = {key: value for key, value in option.items() if key not in about}
        return {**about, "anyOf": [own, _SEARCH]}
    own = {"type": option["type"]} if "type" in option else {}
    return {key: value for key, value in option.items() if key != "type"} | {"anyOf": [own, _SEARCH]}


def _kind(kind: str, registry: Registry) -> dict[str, Any]:
    """A bare name, or a mapping with `use` and the options of that component, or options alone."""
    components = [component for component in registry if component.kind == kind]
    bare = [{"const": c.name, "description": c.summary} for c in components if not _required(c)]
    if kind == "metric":
        names = "|".join(component.name for component in components)
        bare.append({"type": "string", "pattern": f"^({names})@[1-9][0-9]*$", "description": "NAME@k"})
    choices = [*bare, *(_mapping(component) for component in components)]
    inner = {name: part for component in components for name, part in _inner(component).items()}
    found: dict[str, Any] = {"anyOf": choices} if choices else {"not": {}}
    return found | ({"$defs": inner} if inner else {})


def _inner(component: Component) -> dict[str, Any]:
    """The mappings that options of a component are made of, by the names that `_options` gives them."""
    return {f"{component.name}.{name}": part for name, part in _options(component).get("$defs", {}).items()}


def _options(component: Component) -> dict[str, Any]:
    template = f"#/$defs/{component.kind}/$defs/{component.name}.{{model}}"
    return component.options.model_json_schema(ref_template=template)


def _view(registry: Registry) -> dict[str, Any]:
    """An encoder with a text, transforms and a weight of its own."""
    own = _properties(VIEW)
    found = _kind("encoder", registry)
    for choice in found.get("anyOf", ()):
        if "properties" in choice:
            choice["properties"] = own | choice["properties"]
    return found


def _mapping(component: Component) -> dict[str, Any]:
    options = _options(component)
    use: dict[str, Any] = {"const": component.name}
    if component.kind == "metric":
        use = {"type": "string", "pattern": f"^{component.name}(@[1-9][0-9]*)?$"}
    blocks = {name: {"$ref": f"#/$defs/{kind}"} for name, kind in nested_options(component.cls).items()}
    given = options.get("properties", {}) | blocks
    if searchable(component.kind):
        given = {name: _searchable(option) for name, option in given.items()}
    return {
        "type": "object",
        "description": component.summary,
        "additionalProperties": False,
        "required": ["use", *options.get("required", [])],
        "properties": {"use": use, **_described(component, given)},
    }


def _described(component: Component, options: dict[str, Any]) -> dict[str, Any]:
    """The options, each with what the text of the component says of it."""
    said = descriptions(component.cls)
    return {
        name: {**option, "description": said[name]} if name in said else option
        for name, option in options.items()
    }


def _required(component: Component) -> bool:
    return any(field.is_required() for field in component.options.model_fields.values())
