"""`palate cache`: what palate keeps on disk, and making room."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import click

from palate.cli.terminal import Terminal

KEPT = {"artifacts": "*/*", "texts": "*"}
_DAY = 24 * 3600


@click.group("cache", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Show what palate keeps on disk, and how much room it takes."""
    if context.invoked_subcommand:
        return
    from palate.cli.listing import show
    from palate.paths import cache_folder, store_folder

    store = store_folder()
    rows = [[what, *_size(store / what), str(store / what)] for what in KEPT]
    apart = [store] if store.is_relative_to(cache_folder()) else []
    rows.append(["downloads", *_size(cache_folder(), apart), str(cache_folder())])
    show(["what", "files", "size", "folder"], rows)


@command.command("clear")
@click.option("--older", type=click.FloatRange(min=0), metavar="DAYS", help="Only what is older than that.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), help="Another store.")
@click.pass_obj
def clear(terminal: Terminal, older: float | None, yes: bool, store: Path | None) -> None:
    """Remove artifacts and text vectors from the store; they are computed again when needed.

    Downloads stay.
    """
    from palate.paths import store_folder

    root = store or store_folder()
    newest = time.time() - older * _DAY if older else float("inf")
    found = [path for what, shape in KEPT.items() for path in (root / what).glob(shape)]
    found = [path for path in found if _written(path) < newest]
    if not found:
        terminal.say(f"nothing to remove in {root}")
        return
    if not yes:
        click.confirm(f"Remove {len(found)} entries from {root}?", abort=True, err=True)
    _remove(root, found)
    terminal.say(f"removed {len(found)} entries from {root}")


def _remove(root: Path, found: list[Path]) -> None:
    from palate.store.store import Store

    for path in found:
        if path.is_relative_to(root / "artifacts"):
            Store(root).discard(path.name)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _written(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:  # somebody else removed it meanwhile
        return float("inf")


def _size(folder: Path, apart: list[Path] | None = None) -> tuple[str, str]:
    """How many files are in a folder and how large they are together, in words."""
    sizes = [
        path.lstat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not any(path.is_relative_to(other) for other in apart or ())
    ]
    return f"{len(sizes):,}", f"{sum(sizes) / 1e6:,.1f} MB"
