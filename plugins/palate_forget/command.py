"""`palate forget`: users and items out of everything that palate wrote."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palate.cli import options
from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate_forget.forgetting import Forgotten

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("forget", short_help="Take users out of runs, the store, logs and exports.")
@click.argument("runs", metavar="RUN...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--user", "users", multiple=True, metavar="ID", help="A user to forget; may be repeated.")
@click.option(
    "--users", "users_file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
    help="Users to forget: one id a line, or a table.",
)  # fmt: skip
@click.option("--item", "items", multiple=True, metavar="ID", help="An item to forget; may be repeated.")
@click.option(
    "--also", multiple=True, type=click.Path(path_type=Path, exists=True), metavar="PATH",
    help="Reports, exports and logs that palate wrote elsewhere: files or folders; may be repeated.",
)  # fmt: skip
@click.option(
    "--key", type=_FILE, metavar="FILE", help="The key's file (default: PALATE_KEY_FILE or PALATE_KEY)."
)
@click.option(
    "--list", "list_file", type=_FILE, metavar="FILE",
    help="The list of keyed hashes that recipes leave out (default: excluded.txt beside the run).",
)  # fmt: skip
@click.option(
    "--receipt", "receipt_file", type=_FILE, metavar="FILE",
    help="Where the signed list of what was removed goes (default: beside the run).",
)  # fmt: skip
@click.option("--verify", type=_FILE, metavar="FILE", help="Only check the signature of such a list.")
@click.option("--refit", is_flag=True, help="Fit every ranker again, also those that could be updated.")
@click.option("--dry-run", is_flag=True, help="Say what would be touched, and touch nothing.")
@options.store
@options.engine
@click.pass_obj
def command(
    terminal: Terminal,
    /,
    runs: tuple[Path, ...],
    users: tuple[str, ...],
    users_file: Path | None,
    verify: Path | None,
    key: Path | None,
    dry_run: bool,
    **given: Any,
) -> None:
    """Take users, and items, out of RUN..., the store, event logs, and files named with --also.

    Each run is made and evaluated anew as if they had never been in its data, and replaced in one step:
    rankers that can are updated, the others fitted again. If this is stopped midway, the same command
    completes it. What the source reads is yours, and stays as it is.
    """
    if verify is not None:
        _verify(verify, key)
        return
    if not runs:
        raise click.UsageError("give the folder of a RUN, or several")
    wanted = [*users, *_ids(users_file)]
    if not wanted and not given["items"]:
        raise click.UsageError("give --user ID, --users FILE or --item ID")
    from palate_forget.forgetting import forget

    found = forget(runs, wanted, key=key, dry_run=dry_run, display=not terminal.quiet, **given)
    _show(found, dry_run)
    for said in found.warnings:
        terminal.say(f"warning: {said}")


def _ids(file: Path | None) -> list[str]:
    from palate.cli.shelf import shelf

    return list(map(str, shelf(file, "user"))) if file is not None else []


def _verify(file: Path, key: Path | None) -> None:
    from palate_forget.keys import read_key
    from palate_forget.receipt import check_receipt

    said = check_receipt(file, read_key(key))
    click.echo(f"{file} is as it was signed, {said['written']}")


def _show(found: Forgotten, dry_run: bool) -> None:
    """A line for each thing that went or would go; artifacts of the store together."""
    stored = Counter(each.what for each in found.removals if each.what in ("artifact", "checkpoint"))
    verb = "would be" if dry_run else "was"
    for each in found.removals:
        if each.what == "run":
            click.echo(f"run {each.path} {verb} made anew without them")
            for said in _of_rankers(found.rankers.get(each.path, {})):
                click.echo(f"  {said}")
        elif each.count is not None:
            rows = {"event log": "events", "log": "lines"}.get(each.what, "rows")
            click.echo(f"{each.what} {each.path}: {each.count:,} {rows} {'would go' if dry_run else 'went'}")
        elif each.what not in stored:
            click.echo(f"{each.what} {each.path} {verb} removed")
    for what, count in stored.items():
        click.echo(f"store: {count:,} {what}s {'would be' if dry_run else 'were'} removed")
    if not found.removals:
        click.echo("nothing has them any more")
    if found.receipt is not None:
        click.echo(f"signed list of what was removed: {found.receipt}")
        click.echo(f"left out from now on: {found.list_file}")


def _of_rankers(ways: dict[str, str | None]) -> list[str]:
    """Which rankers are updated, and which fitted again and why, a line for each reason."""
    by_reason: dict[str | None, list[str]] = {}
    for name, reason in ways.items():
        by_reason.setdefault(reason, []).append(name)
    return [
        f"{'updated' if reason is None else 'fitted again'}: {', '.join(names)}"
        + ("" if reason is None else f" ({reason})")
        for reason, names in sorted(by_reason.items(), key=lambda each: each[0] is not None)
    ]
