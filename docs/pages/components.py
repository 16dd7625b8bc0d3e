"""A page for each built-in component, from its docstring and its options."""

from __future__ import annotations

import inspect
from typing import Any

import yaml

from pages.words import allowed, cell, default, escaped, prose
from palate.components.component import Component
from palate.components.docstrings import descriptions
from palate.components.kinds import KINDS, article
from palate.components.needs import NEEDS
from palate.recipe.grammar import PLACES
from palate.registry import installed


def built_in() -> list[Component]:
    return [component for component in installed() if component.distribution == "palate"]


def place(component: Component) -> str:
    return f"components/{component.kind}-{component.name}.md"


def pages() -> dict[str, str]:
    found = built_in()
    index = [
        "# Components",
        "",
        "Everything that comes with palate, by kind; `palate plugins` lists what is installed.",
        "",
    ]
    for kind in KINDS:
        mine = [component for component in found if component.kind == kind]
        if mine:
            index += [f"## {KINDS[kind].plural.capitalize()}", "", "| name | what it is |", "|---|---|"]
            index += [
                f"| [{each.name}]({place(each)}) | {cell(escaped(each.summary))} |" for each in mine
            ] + [""]
    entries = [f"{each.name} ({each.kind}) <{place(each).removesuffix('.md')}>" for each in found]
    index += ["```{toctree}", ":hidden:", "", *entries, "```", ""]
    return {"components.md": "\n".join(index), **{place(each): page(each) for each in found}}


def page(component: Component) -> str:
    """One component: what it is, how a recipe uses it, its options, needs and libraries."""
    a = article(component.kind).split()[0].capitalize()
    said = f"{a} [{component.kind}](../kinds/{component.kind}.md), of the plugin `{component.plugin}`."
    parts = [f"# {component.name}", "", said, "", prose(component.cls), "", *_use(component), ""]
    parts += _options(component) + _needs(component) + _methods(component)
    return "\n".join(parts)


def _use(component: Component) -> list[str]:
    """The block that a recipe has, at its place, every default written out."""
    if component.kind == "engine":
        return ["```bash", f"palate run RECIPE --engine {component.name}", "```"]
    options, problems = component.check({})
    given: dict[str, Any] = {"use": component.name, **{name: f"<{name}>" for name in problems}}
    place = next((place for place in PLACES if place.kind == component.kind), None)
    block: Any = given | options
    if place is not None:
        block = {place.path.rpartition(".")[2]: [block] if place.many else block}
    return ["```yaml", yaml.safe_dump(block, sort_keys=False, allow_unicode=True, width=80).strip(), "```"]


def _options(component: Component) -> list[str]:
    schema = component.options.model_json_schema()
    if not schema.get("properties"):
        return ["It has no options.", ""]
    said = descriptions(component.cls)
    lines = ["## Options", "", "| option | takes | default | what it does |", "|---|---|---|---|"]
    for name, option in schema["properties"].items():
        takes = cell(allowed(option, schema.get("$defs", {})))
        lines.append(
            f"| `{name}` | {takes} | {cell(default(option))} | {cell(escaped(said.get(name, '')))} |"
        )
    return [*lines, ""]


def _needs(component: Component) -> list[str]:
    lines = [f"- It needs {need}: {NEEDS.get(need, need)}." for need in sorted(component.needs)]
    libraries = getattr(component.cls, "libraries", ())
    if libraries:
        known = ", ".join(f"`{library}`" for library in libraries)
        note = getattr(component.cls, "install_note", "")
        how = f': `pip install "{component.extra}"`' if component.extra else ""
        how += f" ({note})" if note else ""
        lines.append(f"- It works with {known}{how}.")
    cost = getattr(component.cls, "cost", {})
    lines += [f"- Its cost grows with the {what} to the power of {power:g}." for what, power in cost.items()]
    return ["## Needs", "", *lines, ""] if lines else []


def _methods(component: Component) -> list[str]:
    shape = KINDS[component.kind]
    lines = []
    for name in (*shape.methods, *shape.one_of):
        method = getattr(component.cls, name, None)
        said = inspect.getdoc(method) if method else None
        if said:
            lines += [f"`{name}`", f": {escaped(' '.join(said.split()))}", ""]
    text = [f"- {head}: {body[2:]}" for head, body in zip(lines[::3], lines[1::3], strict=True)]
    return ["## What it gives", "", *text, ""] if text else []
