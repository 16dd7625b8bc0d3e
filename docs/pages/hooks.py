"""The page of hooks."""

from __future__ import annotations

import inspect

from pages.words import prose
from palate.registry import hookspecs

INTRODUCTION = """# Hooks

A plugin is a module, found through an entry point of the group `palate`, that implements any of these
hooks. Import the decorator with `from palate import hookimpl`. A hook imports its classes inside its body
and nothing heavy; a class imports its library inside its methods.

Each plugin is loaded on its own. One that fails to import, misspells a hook, has another signature or needs
another version of palate is listed by `palate plugins` with the reason, and everything else works.
"""


def names() -> list[str]:
    return [name for name in vars(hookspecs) if name.startswith(("register_", "on_"))]


def signature(hook: str) -> str:
    """As it stands in the code."""
    return f"{hook}{inspect.signature(getattr(hookspecs, hook))}".replace("'", "")


def page() -> str:
    parts = [INTRODUCTION]
    for name in names():
        parts.append(f"## {name}\n\n```python\n{signature(name)}\n```\n\n{prose(getattr(hookspecs, name))}\n")
    return "\n".join(parts)
