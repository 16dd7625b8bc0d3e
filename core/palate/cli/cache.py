"""`palate cache`: what palate keeps on disk, whether it is whole, and making room."""

from __future__ import annotations

import re
import time
from pathlib import Path

import click

from palate.cli.terminal import Terminal

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_STORE = click.option(
    "--store", type=click.Path(file_okay=False, path_type=Path), help="Another store than PALATE_STORE."
)


def _bytes(context: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """A number of bytes, such as `500MB` or `2 GB`."""
    if value is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*", value, re.IGNORECASE)
    if not found:
        raise click.BadParameter(f"{value!r} is no size; write 500MB or 2GB", context, param)
    return int(float(found[1]) * _UNITS[found[2].lower()])


@click.group("cache", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show what palate keeps on disk, and how much room it takes."""
    if context.invoked_subcommand:
        return
    from palate.cli.listing import show
    from palate.paths import cache_folder, store_folder
    from palate.store.entries import ARTIFACTS, TEXTS, TRAINING, entries

    store = store_folder()
    rows = [[what, *_size(store / what), str(store / what)] for what in (ARTIFACTS, TEXTS)]
    if (store / TRAINING).is_dir():
        rows.append([TRAINING, *_size(store / TRAINING), str(store / TRAINING)])
    apart = [store] if store.is_relative_to(cache_folder()) else []
    rows.append(["downloads", *_size(cache_folder(), apart), str(cache_folder())])
    show(["what", "files", "size", "folder"], rows)
    known = [entry for entry in reversed(entries(store)) if entry.about]
    if known:
        click.echo()
        shown = [
            [entry.label, f"{entry.texts():,}", f"{entry.size / 1e6:,.1f} MB", _day(entry.used)]
            for entry in known
        ]
        show(["vectors by", "texts", "size", "last used"], shown, shrink="vectors by")


@command.command("clear")
@click.option("--older", type=click.FloatRange(min=0), metavar="DAYS", help="Only what is unused for longer.")
@click.option(
    "--model", metavar="TEXT", help="Only vectors of an encoder or model whose name has this in it."
)
@click.option(
    "--to", "room", callback=_bytes, metavar="SIZE", help="Only until the store is no larger, oldest first."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_STORE
@click.pass_obj
def clear(
    terminal: Terminal,
    older: float | None,
    model: str | None,
    room: int | None,
    yes: bool,
    store: Path | None,
) -> None:
    """Remove artifacts and text vectors from the store; they are computed again when needed.

    Downloads stay.
    """
    from palate.paths import DAY, store_folder
    from palate.store.entries import beyond, discard, entries

    root = store or store_folder()
    found = entries(root)
    if room is not None:
        found = beyond(found, room)
    if older is not None:
        found = [entry for entry in found if entry.used < time.time() - older * DAY]
    if model is not None:
        found = [entry for entry in found if entry.mentions(model)]
    if not found:
        terminal.say(f"nothing to remove in {root}")
        return
    size = sum(entry.size for entry in found) / 1e6
    if not yes:
        click.confirm(f"Remove {len(found)} entries ({size:,.1f} MB) from {root}?", abort=True, err=True)
    for entry in found:
        discard(root, entry)
    terminal.say(f"removed {len(found)} entries ({size:,.1f} MB) from {root}")


@command.command("verify")
@_STORE
@click.pass_obj
def verify(terminal: Terminal, store: Path | None) -> None:
    """Check every byte of the store, and remove what is damaged; it is computed again when needed."""
    from palate.paths import store_folder
    from palate.store.entries import damaged, entries

    root = store or store_folder()
    count = len(entries(root))
    found = list(damaged(root))
    for line in found:
        click.echo(f"{line}; removed")
    if found:
        terminal.say(f"{len(found)} damaged parts removed from {root}")
        raise click.exceptions.Exit(1)
    terminal.say(f"all of {count} entries in {root} are whole")


def _size(folder: Path, apart: list[Path] | None = None) -> tuple[str, str]:
    """How many files are in a folder and how large they are together, in words."""
    sizes = [
        path.lstat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not any(path.is_relative_to(other) for other in apart or ())
    ]
    return f"{len(sizes):,}", f"{sum(sizes) / 1e6:,.1f} MB"


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
