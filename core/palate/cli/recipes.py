"""`palate recipes`: what ships, and what each is for."""

from __future__ import annotations

import click


@click.command("recipes")
def command() -> None:
    """List the recipes that come with palate and with the installed plugins."""
    from rich.table import Table

    from palate.cli.tables import console
    from palate.recipe.locate import of_distributions, shipped, summary
    from palate.registry import installed

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("recipe", no_wrap=True, style="bold")
    table.add_column("for")
    theirs = of_distributions()
    own = {name: path for name, path in shipped().items() if installed().recipes.get(name) != path}
    for name, path in (own | theirs).items():
        table.add_row(name, summary(path))
    console().print(table)
