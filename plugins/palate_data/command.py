"""`palate data`: what a recipe's data are, before anything is fitted on them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from palate.cli import options
from palate.cli.output import output
from palate.cli.terminal import Terminal


@click.command("data", short_help="Report what a recipe's data are, and what stands out in them.")
@click.argument("recipe")
@options.settings
@output(".html", ".json", what="the report")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def command(
    terminal: Terminal, recipe: str, settings: tuple[str, ...], output: tuple[Path, ...], as_json: bool
) -> None:
    """Read the data of RECIPE, clean and split them, and report what they are.

    RECIPE is a file or the name of a shipped recipe. The report has what was read from each file, what
    each step takes out, the parts of the split, and what stands out: likely mistakes first. A page
    (`-o report.html`) has pictures besides. Nothing is fitted or kept.
    """
    from palate.paths import write_whole
    from palate.registry import installed
    from palate_data.gather import gathered
    from palate_data.record import record

    found = gathered(recipe, settings, installed())
    for file in output:
        if file.suffix.lower() == ".json":
            write_whole(file, json.dumps(record(found), ensure_ascii=False, indent=2).encode())
        else:
            from palate_data.page import page

            page(found).write(file)
    if as_json:
        click.echo(json.dumps(record(found), ensure_ascii=False))
        return
    from palate_data.terminal import show

    show(found)
    for file in output:
        terminal.say(f"written to {file}")
