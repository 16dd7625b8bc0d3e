"""`palate update`: a run with what came since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from palate.cli import options
from palate.cli.terminal import Terminal

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("update", short_help="Bring a run up to date with what came since.")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--from", "events", multiple=True, type=_FILE, metavar="FILE",
    help="New events, in a file as the recipe's source reads them; may be repeated.",
)  # fmt: skip
@click.option("--items", type=_FILE, metavar="FILE", help="New items, or new attributes of items.")
@click.option("--users", type=_FILE, metavar="FILE", help="New users, or new attributes of users.")
@click.option(
    "--events", "logs", multiple=True, type=_FILE, metavar="FILE",
    help="The event log of `palate serve`, such as runs/events.sqlite; may be repeated.",
)  # fmt: skip
@click.option("--tune", is_flag=True, help="Tune the fuser again; without it, its weights stay.")
@click.option("--late", is_flag=True, help="Take new events from before the run's last one too.")
@click.option("--reread", is_flag=True, help="Read a database or web service whole, not what came since.")
@click.option(
    "--runs", "folder", metavar="FOLDER", type=click.Path(file_okay=False),
    help="Where the new run is written (default: beside RUN).",
)  # fmt: skip
@options.store
@options.track
@options.engine
@click.option("--json", "as_json", is_flag=True, help="Print the metric values as JSON.")
@click.pass_obj
def command(terminal: Terminal, /, run: Path, as_json: bool, **given: Any) -> None:
    """Bring RUN up to date with what came since: a new run beside it, which goes on from it.

    Without files the recipe's own source is read for new events, users and items. Rankers that can are
    updated by what changed; the others are fitted again. RUN stays as it is.
    """
    from palate_update.updating import update

    done = update(run, display=not terminal.quiet, **given)
    came = {name: done.lineage["parent"].get(name) for name in ("events", "items", "users")}
    if came["events"] is not None:
        terminal.say(", ".join(f"{count:,} {name}" for name, count in came.items()) + f" came to {run}")
    from palate.cli.tables import show_run

    show_run(done, as_json)
