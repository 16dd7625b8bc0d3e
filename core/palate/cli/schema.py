"""`palate schema`: what editors need to complete and check recipes."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("schema")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path | None) -> None:
    """Write the JSON Schema of recipes for the installed plugins, to FILE or to the terminal."""
    from palate.paths import write_whole
    from palate.recipe.schema import schema
    from palate.registry import installed

    text = json.dumps(schema(installed()), indent=1, ensure_ascii=False) + "\n"
    if file is None:
        click.echo(text, nl=False)
    else:
        write_whole(file, text.encode())
