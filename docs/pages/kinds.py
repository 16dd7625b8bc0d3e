"""A page for each kind of component: its contract and the checks that it is put to."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from pages.words import prose
from palate.components import contracts
from palate.components.abilities import abilities
from palate.components.component import Component
from palate.components.kinds import KINDS, Kind
from palate.registry import installed
from palate.testing.case import Case
from palate.testing.checklist import checks_for


def contract(kind: Kind) -> Any:
    """The Protocol of a kind."""
    return getattr(contracts, kind.name.capitalize())


def methods(kind: Kind) -> list[str]:
    """The methods that the contract demands, each with its exact signature."""
    found = vars(contract(kind))
    return [
        f"{name}{inspect.signature(found[name])}".replace("'", "")
        for name in kind.methods
        if inspect.isfunction(found.get(name))
    ]


def pages() -> dict[str, str]:
    places = {f"kinds/{kind.name}.md": _page(kind) for kind in KINDS.values()}
    listed = "\n".join(f"- [{kind.name}](kinds/{kind.name}.md): {_first(kind)}" for kind in KINDS.values())
    toctree = "\n".join(f"kinds/{kind.name}" for kind in KINDS.values())
    about = prose(contracts)
    index = f"# Kinds of component\n\n{about}\n\n{listed}\n\n```{{toctree}}\n:hidden:\n\n{toctree}\n```\n"
    return {"kinds.md": index, **places}


def _page(kind: Kind) -> str:
    module = importlib.import_module(f"palate_scaffold.components.{kind.name}")
    example = inspect.getsource(module).split('"""\n', 1)[1].strip()
    cls = module.PluginName
    checks = checks_for(Case(Component(kind.name, cls, "docs", "palate", "0", installed()), {}))
    lines = [f"- {name.replace('_', ' ')}{_about(run)}" for name, run in checks.items()]
    demanded = "\n".join(methods(kind)) or "score(ranking, truth) or overall(ranking, truth)"
    return "\n".join(
        [
            f"# {kind.name.capitalize()}", "", prose(contract(kind)), "",
            f"Registered by the hook [`{kind.hook}`](../hooks.md#{kind.hook}). What it must have:", "",
            f"```python\n{demanded}\n```", "",
            "What it may have. A name that is nearly one of these is a notice of `palate plugins`:", "",
            "| method or class variable | what it is for |", "|---|---|",
            *(f"| `{each.written}` | {each.use} |" for each in abilities(kind.name)), "",
            "## An example", "",
            f"What `palate new-plugin {kind.name} NAME` writes, to be filled in:", "",
            f"```python\n{example}\n```", "",
            "## Checks", "",
            "`palate plugins check NAME`, and `conforms` of `palate.testing` in tests, run these:", "",
            *lines, "",
        ]
    )  # fmt: skip


def _first(kind: Kind) -> str:
    return (
        (inspect.getdoc(contract(kind)) or "").split("\n\n")[0].split(". ")[0].rstrip(".").replace("\n", " ")
    )


def _about(run: Any) -> str:
    said = " ".join((inspect.getdoc(run) or "").split())
    return f". {said}" if said else ""
