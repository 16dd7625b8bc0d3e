"""`palate new-plugin`: a package with one component, to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from palate.cli.terminal import Terminal
from palate.components.kinds import KINDS


@click.command("new-plugin", short_help="Write a new plugin of any kind, ready to be filled in.")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("name")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to write it (default: palate-NAME, here)."
)
@click.option("--neural", is_flag=True, help="A ranker that learns by gradient, with torch.")
@click.pass_obj
def command(terminal: Terminal, kind: str, name: str, folder: Path | None, neural: bool) -> None:
    """Write a package with one component: KIND is such as `ranker`, NAME what recipes will call it.

    It has the component, tests, an example recipe with data, a README and a file for CI, and works
    as it is.
    """
    from palate_scaffold.write import write

    place = folder or Path(f"palate-{name}")
    for path in write(kind, name, place, neural=neural):
        click.echo(path)
    terminal.say(f'try it: cd {place} && pip install -e ".[test]" && pytest')
