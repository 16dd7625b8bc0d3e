"""The page of the recipes that ship."""

from __future__ import annotations

from palate.recipe.locate import summary
from palate.registry import installed


def page() -> str:
    parts = ["# Shipped recipes", "", "`palate run NAME` runs one; `extends: NAME` builds on it.", ""]
    for registration in installed().registrations:
        if registration.what == "recipe" and registration.distribution == "palate" and registration.path:
            text = registration.path.read_text(encoding="utf-8").strip()
            said = summary(registration.path)
            parts += [f"## {registration.name}", "", said, "", "```yaml", text, "```", ""]
    return "\n".join(parts)
