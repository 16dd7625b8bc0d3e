"""`palate fit`: a pipeline for use, fitted on all data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from palate.cli import options
from palate.cli.terminal import Terminal


@click.command("fit")
@click.argument("recipe")
@click.argument("folder", type=click.Path(path_type=Path))
@options.settings
@options.store
@options.track
@options.engine
@click.option("--force", is_flag=True, help="Replace the pipeline that is in FOLDER.")
@click.pass_obj
def command(
    terminal: Terminal,
    recipe: str,
    folder: Path,
    settings: tuple[str, ...],
    store: str | None,
    engine: str | dict[str, Any],
    force: bool,
) -> None:
    """Fit RECIPE on all its data and keep the pipeline in the new folder FOLDER.

    The folder is there whole or not at all: after an interruption the same command starts again,
    with what is in the store already.
    """
    from palate.pipeline.keeping import room_for
    from palate.recipe import load_recipe

    room_for(folder, force)
    checked = load_recipe(recipe, settings)
    from palate.runs import fit

    pipeline = fit(checked, store=store, engine=engine, display=not terminal.quiet)
    pipeline.save(folder, force)
    terminal.say(f"{pipeline!r} is in {folder}")
