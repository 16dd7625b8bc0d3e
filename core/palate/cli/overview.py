"""What `palate --help` says, without importing a single command."""

from __future__ import annotations

import sys

COMPLETION = "_PALATE_COMPLETE"
"""The variable by which a shell asks for completions."""

COMMANDS = {
    "run": ("palate.cli.run", "Carry out a recipe: fit, recommend, judge."),
    "plan": ("palate.cli.plan", "Show the steps of a recipe, and which need not be computed again."),
    "fit": ("palate.cli.fit", "Fit a recipe on all its data, for work and not for a test."),
    "recommend": ("palate.cli.recommend", "Recommend items from a finished run or a fitted pipeline."),
    "explain": ("palate.cli.explain", "Say why a person has the score they have for an item."),
    "show": ("palate.cli.show", "Show a recipe as resolved, or the figures of a run."),
    "recipes": ("palate.cli.recipes", "List the recipes that are installed."),
    "schema": ("palate.cli.schema", "Write the JSON Schema of recipes, for editors."),
    "plugins": ("palate.cli.plugins", "List every component, who brings it and whether it is ready."),
    "lock": ("palate.cli.lock", "Write down the versions of the plugins that a recipe uses."),
    "cache": ("palate.cli.cache", "Show what palate keeps on disk, or make room."),
}

OPTIONS = {
    "-q, --quiet": "Print results only.",
    "--debug": "Show the traceback of an error.",
    "--version": "Print the version.",
    "-h, --help": "Print this, or more about a command: palate COMMAND --help",
}


def overview() -> str:
    """The help page: built-in commands, the commands of plugins seen last time, and options."""
    from palate.cli.command_cache import remembered

    others = {name: said for name, said in remembered(sys.prefix).items() if name not in COMMANDS}
    parts = [
        "Usage: palate [OPTIONS] COMMAND [ARGS]...",
        "  From what people did to vectors of what they like, to recommendations.",
        _section("Commands", {name: said for name, (_, said) in COMMANDS.items()}),
        _section("Commands of plugins", others),
        _section("Options", OPTIONS),
    ]
    return "\n\n".join(part for part in parts if part)


def _section(title: str, rows: dict[str, str]) -> str:
    width = max(map(len, rows), default=0)
    return "\n".join(
        [f"{title}:", *(f"  {name:<{width}}  {said}" for name, said in rows.items())] if rows else []
    )
