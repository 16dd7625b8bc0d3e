"""What `palate --help` prints, without importing a single command."""

from __future__ import annotations

COMPLETION = "_PALATE_COMPLETE"
"""The variable by which a shell asks for completions."""

COMMANDS = {
    "run": ("palate.cli.run", "Run a recipe: fit, recommend, evaluate."),
    "plan": ("palate.cli.plan", "Show the steps of a recipe, and which are stored already."),
    "fit": ("palate.cli.fit", "Fit a recipe on all its data, for use rather than evaluation."),
    "recommend": ("palate.cli.recommend", "Recommend items from a run or a fitted pipeline."),
    "explain": ("palate.cli.explain", "Explain the score of an item for a user."),
    "export": ("palate.cli.export", "Write the language model that a run finetuned into a folder."),
    "show": ("palate.cli.show", "Show a recipe as resolved, or the metric values of a run."),
    "recipes": ("palate.cli.recipes", "List the recipes that are installed."),
    "schema": ("palate.cli.schema", "Write the JSON Schema of recipes, for editors."),
    "plugins": ("palate.cli.plugins", "List every component, its plugin and whether it is ready."),
    "lock": ("palate.cli.lock", "Write the versions of the plugins that a recipe uses."),
    "cache": ("palate.cli.cache", "Show what palate keeps on disk, or make room."),
}

ORDER = (
    "init", "demo", "data", "run", "compare", "tune", "plan", "fit", "recommend", "explain", "profile", "map",
    "serve", "update", "export", "export-rankings", "forget", "pseudonym", "show", "recipes", "schema",
    "plugins", "lock", "new-plugin", "cache",
)  # fmt: skip
"""In which order help lists palate's commands, those of its own plugins among them."""

OPTIONS = {
    "-q, --quiet": "Print results only.",
    "--debug": "Show the traceback of an error.",
    "--version": "Print the version.",
    "-h, --help": "Print this, or more about a command: palate COMMAND --help",
}


def overview() -> str:
    """The help page: palate's commands, those of third-party plugins, and options."""
    own, others = command_help()
    parts = [
        "Usage: palate [OPTIONS] COMMAND [ARGS]...",
        "  Recommender systems from YAML recipes and plugins: fit, evaluate, compare.",
        _section("Commands", own),
        _section("Commands of plugins", others),
        _section("Options", OPTIONS),
    ]
    return "\n\n".join(part for part in parts if part)


def command_help() -> tuple[dict[str, str], dict[str, str]]:
    """The help line of each command by name: palate's own in their order, and those of third parties."""
    from palate.registry.commands import command_lines

    own = {name: text for name, (_, text) in COMMANDS.items()}
    others = {}
    for line in command_lines():
        if line.distribution == "palate":
            own.setdefault(line.name, line.help)
        elif line.name not in own:
            others[line.name] = line.help
    order = {name: place for place, name in enumerate(ORDER)}
    return dict(sorted(own.items(), key=lambda each: order.get(each[0], len(order)))), others


def _section(title: str, rows: dict[str, str]) -> str:
    width = max(map(len, rows), default=0)
    return "\n".join(
        [f"{title}:", *(f"  {name:<{width}}  {text}" for name, text in rows.items())] if rows else []
    )
