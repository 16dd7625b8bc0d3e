"""The pages that are written from the code: API, hooks, kinds, components, commands, recipes, notebook."""

from __future__ import annotations

from pathlib import Path

from pages import api, commands, components, hooks, kinds, notebook, recipes


def texts() -> dict[str, str]:
    """The text of each page, by its place in the reference."""
    return {
        "api.md": api.page(),
        "first-steps.md": notebook.page(),
        "hooks.md": hooks.page(),
        "commands.md": commands.page(),
        "recipes.md": recipes.page(),
        **kinds.pages(),
        **components.pages(),
    }


def write(folder: Path) -> None:
    """Write every page that has changed, and take away what is no page any more."""
    wanted = texts()
    for place, text in wanted.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.rglob("*.md"):
        if str(path.relative_to(folder)) not in wanted:
            path.unlink()
