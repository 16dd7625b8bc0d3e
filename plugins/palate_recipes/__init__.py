"""The recipes that ship with palate."""

from __future__ import annotations

from pathlib import Path

from palate import hookimpl


@hookimpl
def register_recipes() -> list[Path]:
    """Within the package, or in the checkout where palate is installed from one."""
    inside = Path(__file__).parent / "recipes"
    return [inside if inside.is_dir() else Path(__file__).parents[2] / "recipes"]
