"""`palate pseudonym`: what users are called under a key, and new keys."""

from __future__ import annotations

from pathlib import Path

import click

from palate.cli.terminal import Terminal

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("pseudonym", short_help="Say the pseudonyms of users, or make a key for them.")
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--ids", "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
              help="Ids from a file: one a line, or a table.")  # fmt: skip
@click.option(
    "--key", type=_FILE, metavar="FILE", help="The key's file (default: PALATE_KEY_FILE or PALATE_KEY)."
)
@click.option(
    "--old-key", type=_FILE, metavar="FILE",
    help="The key before: print the old pseudonym too, for tables that have it.",
)  # fmt: skip
@click.option("--new-key", type=_FILE, metavar="FILE", help="Make a key, in a file that only you can read.")
@click.pass_obj
def command(
    terminal: Terminal, ids: tuple[str, ...], file: Path | None, key: Path | None, old_key: Path | None,
    new_key: Path | None,
) -> None:  # fmt: skip
    """Print the pseudonym of each user ID, a line each, as the cleaner `pseudonyms` gives it.

    With --old-key a line is the old pseudonym, a tab, and the new one: after a change of keys, logs are
    brought along by it. The ids themselves are never printed.
    """
    from palate.cli.shelf import shelf
    from palate_forget.keys import new_key as make
    from palate_forget.keys import read_key
    from palate_forget.pseudonyms import pseudonym

    if new_key is not None:
        make(new_key)
        terminal.say(
            f"a new key in {new_key}; keep it apart from data and runs: who has both can undo pseudonyms"
        )
        return
    wanted = [*ids, *(shelf(file, "user") if file is not None else [])]
    if not wanted:
        raise click.UsageError("give ids, --ids FILE or --new-key FILE")
    current = read_key(key)
    before = read_key(old_key) if old_key is not None else None
    for each in wanted:
        old = f"{pseudonym(before, each)}\t" if before is not None else ""
        click.echo(old + pseudonym(current, each))
