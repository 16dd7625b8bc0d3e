"""`palate run`: run a recipe and show its metric values."""

from __future__ import annotations

from typing import Any

import click

from palate.cli import options
from palate.cli.terminal import Terminal


@click.command("run")
@click.argument("recipe")
@options.settings
@options.store
@options.track
@options.runs
@options.engine
@click.option("--json", "as_json", is_flag=True, help="Print the metric values as JSON.")
@click.pass_obj
def command(
    terminal: Terminal,
    recipe: str,
    settings: tuple[str, ...],
    store: str | None,
    folder: str,
    engine: str | dict[str, Any],
    as_json: bool,
) -> None:
    """Run RECIPE: fit, recommend, evaluate.

    RECIPE is a file or the name of a shipped recipe (see `palate recipes`). What is in the store
    already is not computed again.
    """
    from palate.recipe import load_recipe

    checked = load_recipe(recipe, settings)  # before what runs it is imported, so that a mistake shows soon
    from palate.runs import run

    done = run(checked, folder=folder, store=store, engine=engine, display=not terminal.quiet)
    from palate.cli.tables import show_run

    show_run(done, as_json)
