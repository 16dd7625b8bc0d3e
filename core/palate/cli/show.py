"""`palate show`: a recipe with nothing left out, or a run."""

from __future__ import annotations

import click

from palate.cli import options


@click.command("show")
@click.argument("recipe")
@options.settings
@click.option("--origin", is_flag=True, help="Print each value with the file and line it came from.")
@click.option("--folds", is_flag=True, help="Print a table for each fold of a run, too.")
def command(recipe: str, settings: tuple[str, ...], origin: bool, folds: bool) -> None:
    """Show RECIPE as resolved, every default written out; or the values of a run's folder."""
    from pathlib import Path

    from palate.runs.finished import RESULTS, Run

    if (Path(recipe) / RESULTS).is_file():
        from palate.cli.tables import show_folds, show_run

        if folds:
            show_folds(Run(Path(recipe)))
        show_run(Run(Path(recipe)))
        return
    from palate.cli.searching import opened
    from palate.recipe.origins import origins
    from palate.recipe.scalars import dump

    checked, spaces = opened(recipe, settings)
    for space in spaces:
        click.echo(f"# {space}")
    if not origin:
        click.echo(dump(checked.plain()), nl=False)
        return
    lines = [(f"{path}: {value}", place) for path, value, place in origins(checked)]
    width = min(max(len(line) for line, _ in lines), 70)
    for line, place in lines:
        click.echo(f"{line:<{width}}  # {place}")
