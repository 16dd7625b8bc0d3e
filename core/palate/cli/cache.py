"""`palate cache`: what palate keeps on disk, whether it is whole, and making room."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate.store import Store
    from palate.store.entries import Entry

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_STORE = click.option("--store", metavar="PLACE", help="Another store than PALATE_STORE.")


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
    from palate.paths import cache_folder
    from palate.store.contents import contents
    from palate.store.place import store_at

    store = store_at()
    found = contents(store)
    apart = [store.root] if store.root.is_relative_to(cache_folder()) else []
    show(
        ["what", "files", "size", "folder"],
        [*_kept(store, found), ["downloads", *_size(cache_folder(), apart), str(cache_folder())]],
    )
    known = [entry for entry in reversed(found) if entry.about]
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
    store: str | None,
) -> None:
    """Remove artifacts and text vectors from the store; they are computed again when needed.

    Downloads stay.
    """
    from palate.leftovers import DAY
    from palate.store.contents import contents, remove
    from palate.store.entries import beyond
    from palate.store.place import store_at

    kept = store_at(store)
    found = contents(kept)
    if room is not None:
        found = beyond(found, room)
    if older is not None:
        found = [entry for entry in found if entry.used < time.time() - older * DAY]
    if model is not None:
        found = [entry for entry in found if entry.mentions(model)]
    if not found:
        terminal.say(f"nothing to remove in {kept.place}")
        return
    size = sum(entry.size for entry in found) / 1e6
    if not yes:
        click.confirm(
            f"Remove {len(found)} entries ({size:,.1f} MB) from {kept.place}?", abort=True, err=True
        )
    for entry in found:
        remove(kept, entry)
    terminal.say(f"removed {len(found)} entries ({size:,.1f} MB) from {kept.place}")


@command.command("verify")
@_STORE
@click.pass_obj
def verify(terminal: Terminal, store: str | None) -> None:
    """Check every byte of the store, and remove what is damaged; it is computed again when needed."""
    from palate.store.contents import contents, damaged_in
    from palate.store.place import store_at

    kept = store_at(store)
    count = len(contents(kept))
    found = list(damaged_in(kept))
    for line in found:
        click.echo(f"{line}; removed")
    if found:
        terminal.say(f"{len(found)} damaged parts removed from {kept.place}")
        raise click.exceptions.Exit(1)
    terminal.say(f"all of {count} entries in {kept.place} are whole")


def _kept(store: Store, found: list[Entry]) -> list[list[str]]:
    """A line for each kind of entry of the store."""
    from palate.store.answers import ANSWERS
    from palate.store.entries import ARTIFACTS, TEXTS, TRAINING
    from palate.store.object_entries import ObjectEntry
    from palate.store.objects import ObjectStore

    if isinstance(store, ObjectStore):
        rows = []
        for kind in (ARTIFACTS, TEXTS):
            own = [entry for entry in found if entry.kind == kind]
            files = sum(len(entry.objects) for entry in own if isinstance(entry, ObjectEntry))
            size = sum(entry.size for entry in own)
            rows.append([kind, f"{files:,}", f"{size / 1e6:,.1f} MB", f"{store.place}/{kind}"])
        return rows
    kinds = [ARTIFACTS, TEXTS, *(kind for kind in (TRAINING, ANSWERS) if (store.root / kind).is_dir())]
    return [[kind, *_size(store.root / kind), str(store.root / kind)] for kind in kinds]


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
