"""The page of the recipes that ship."""

from __future__ import annotations

from palate.recipe.locate import shipped, summary
from palate.registry import installed


def page() -> str:
    parts = ["# Shipped recipes", "", "`palate run NAME` carries one out; `extends: NAME` builds on it.", ""]
    theirs = installed().recipes
    for name, path in shipped().items():
        if theirs.get(name) != path:
            text = path.read_text(encoding="utf-8").strip()
            parts += [f"## {name}", "", summary(path), "", "```yaml", text, "```", ""]
    return "\n".join(parts)
