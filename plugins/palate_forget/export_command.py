"""`palate export-rankings`: what a run recommended, as a table."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import click

from palate.cli.output import output
from palate.cli.terminal import Terminal


@click.command("export-rankings", short_help="Write what a run recommended to every user as a table.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--row", metavar="NAME", help="A branch or other row of the results (default: the whole pipeline)."
)
@click.option(
    "--min-events", default=0, type=click.IntRange(0), metavar="N",
    help="Leave out users with fewer events in their history.",
)  # fmt: skip
@click.option("--group", metavar="COLUMN", help="An attribute of users that makes groups, for --min-group.")
@click.option(
    "--min-group", default=0, type=click.IntRange(0), metavar="N",
    help="Leave out users in groups of fewer users.",
)  # fmt: skip
@output(".parquet", ".csv", what="the table", required=True)
@click.pass_obj
def command(
    terminal: Terminal, run: Path, row: str | None, min_events: int, group: str | None, min_group: int,
    output: tuple[Path, ...],
) -> None:  # fmt: skip
    """Write what RUN recommended to each evaluated user: user, rank, item, title and score.

    Users who could be recognised by what sets them apart are left out with --min-events and --min-group.
    """
    if (group is None) != (min_group == 0):
        raise click.UsageError("--group COLUMN and --min-group N belong together")
    from palate.paths import write_whole
    from palate.runs import Run
    from palate_forget.export import export

    found = export(Run(run), row, min_events, group, min_group)
    for file in output:
        out = BytesIO()
        if file.suffix.lower() == ".csv":
            found.table.write_csv(out)
        else:
            found.table.write_parquet(out)
        write_whole(file, out.getvalue())
        terminal.say(f"{found.table.height:,} recommendations in {file}; {found.left_out:,} users left out")
