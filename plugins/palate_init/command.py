"""`palate init`: a first recipe for files that have not been described."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from palate.cli.terminal import Terminal
from palate_init.offer import offer

SCHEMA = "recipe.schema.json"


@click.command("init")
@click.argument("interactions")
@click.argument("items", required=False)
@click.argument("items_of_database", required=False, metavar="")
@click.option(
    "-o",
    "--output",
    default="recipe.yaml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--source", metavar="NAME", help="Which source reads a folder, where several could.")
@click.option("--force", is_flag=True, help="Write over an existing file.")
@click.pass_obj
def command(
    terminal: Terminal,
    interactions: str,
    items: str | None,
    items_of_database: str | None,
    output: Path,
    source: str | None,
    force: bool,
) -> None:
    """Look at your files, guess what their columns are, and write a working, commented recipe.

    INTERACTIONS says which user did something with which item (and when, and how they rated it); ITEMS,
    if given, what the items are. A folder is recognised where it has the files of a public data set (see
    docs/datasets.md). The recipe is tried before it is written. Beside it comes the schema by which
    editors complete and check recipes.

    For a database: `palate init DATABASE TABLE [ITEMS]`, a file of SQLite or DuckDB, a URL without a
    password, or the name of a connection, then its tables or queries of interactions and of items.
    """
    from palate.errors import DataError
    from palate.paths import write_whole

    if output.exists() and not force:
        raise DataError(f"{output} exists already; name another with --output, or give --force")
    text, notes = _first(interactions, items, items_of_database, source)
    written = text(_schema(output.with_name(SCHEMA)))
    write_whole(output, written.encode())
    for note in notes:
        terminal.say(f"note: {note}")
    terminal.say(f"wrote {output}; look it over, then: palate run {output}")
    if search := offer(written):
        terminal.say(f"or let ten minutes of search find the best recipe for these data:\n{search}")


def _first(
    interactions: str, items: str | None, items_of_database: str | None, source: str | None
) -> tuple[Callable[[bool], str], tuple[str, ...]]:
    """The text of the recipe, which says whether a schema is beside it, and notes."""
    from palate.databases.address import is_database
    from palate.errors import DataError

    if source is None and is_database(interactions):
        from palate_init.guess import guess_in

        found = guess_in(interactions, items, items_of_database)
        return found.text, found.notes
    if items_of_database is not None:
        raise DataError(f"{interactions} is no database; of files there are two, interactions and items")
    folder = Path(interactions)
    if source is None and not (folder.is_dir() and items is None):
        from palate_init.guess import guess

        found = guess(folder, None if items is None else Path(items))
        return found.text, found.notes
    from palate_init.known_layout import draft_of
    from palate_init.recognised import Recognised

    draft = draft_of(Recognised.of(folder, source))
    return draft.recipe, draft.notes


def _schema(path: Path) -> bool:
    """Write the schema of recipes, unless another file stands there; whether it is there now."""
    import json

    from palate.paths import write_whole
    from palate.recipe.schema import schema
    from palate.registry import installed

    if path.exists():
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            return False
        if not isinstance(known, dict) or known.get("title") != "palate recipe":
            return False
    write_whole(path, (json.dumps(schema(installed()), indent=1, ensure_ascii=False) + "\n").encode())
    return True
