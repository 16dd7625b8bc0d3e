"""`palate init`: a first recipe for a stranger's files."""

from __future__ import annotations

from pathlib import Path

import click

from palate.cli.terminal import Terminal


@click.command("init", short_help="Write a first recipe for your own files.")
@click.argument("interactions", type=click.Path(path_type=Path))
@click.argument("items", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    default="recipe.yaml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--force", is_flag=True, help="Write over an existing file.")
@click.pass_obj
def command(terminal: Terminal, interactions: Path, items: Path | None, output: Path, force: bool) -> None:
    """Look at your files, guess what their columns are, and write a working, commented recipe.

    INTERACTIONS says who did something with which item (and when, and how they rated it); ITEMS,
    if given, what the items are.
    """
    from palate.errors import DataError
    from palate.paths import write_whole
    from palate_init.guess import guess

    if output.exists() and not force:
        raise DataError(f"{output} exists already; name another with --output, or give --force")
    write_whole(output, guess(interactions, items).encode())
    terminal.say(f"wrote {output}; look it over, then: palate run {output}")
