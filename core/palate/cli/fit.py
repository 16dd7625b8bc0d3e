"""`palate fit`: a pipeline for work, fitted on all data."""

from __future__ import annotations

from pathlib import Path

import click

from palate.cli import options
from palate.cli.terminal import Terminal


@click.command("fit")
@click.argument("recipe")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@options.settings
@options.store
@click.option("--engine", default="local", show_default=True, help="Where the steps run.")
@click.pass_obj
def command(
    terminal: Terminal, recipe: str, folder: Path, settings: tuple[str, ...], store: str | None, engine: str
) -> None:
    """Fit RECIPE on all its data and keep the pipeline in the new folder FOLDER."""
    from palate.errors import StoreError
    from palate.runs import fit

    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty; a pipeline is saved into a new folder")
    pipeline = fit(recipe, settings, store=store, engine=engine, display=not terminal.quiet)
    pipeline.save(folder)
    terminal.say(f"{pipeline!r} is in {folder}")
