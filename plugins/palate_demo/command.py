"""`palate demo`: a folder with made-up data of one domain."""

from __future__ import annotations

from pathlib import Path

import click

from palate.cli.terminal import Terminal

DOMAINS = ("shop", "news", "social", "video", "education", "music", "travel")


@click.command("demo", short_help="Write made-up data of a domain, for a recipe of that name.")
@click.argument("domain", type=click.Choice(DOMAINS))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--users", default=600, show_default=True, type=click.IntRange(min=20, max=20_000), help="How many users."
)
@click.option(
    "--seed", default=7, show_default=True, type=click.IntRange(min=0), help="The same, the same data."
)
@click.option("--force", is_flag=True, help="Write over files that are in FOLDER.")
@click.pass_obj
def command(terminal: Terminal, domain: str, folder: Path, users: int, seed: int, force: bool) -> None:
    """Write made-up data of DOMAIN into FOLDER: users with planted tastes, items with texts in two languages.

    The recipe of the same name runs on it, and on your own files of that shape. README.md in FOLDER says
    what is in the files, how tastes were planted, and how to go on.
    """
    from palate_demo.demo import write
    from palate_demo.domains import made

    demo = made(domain, users, seed)
    for path in write(demo, folder, seed, force):
        rows = f" ({demo.tables[path.name].height:,} rows)" if path.name in demo.tables else ""
        terminal.say(f"wrote {path}{rows}")
    click.echo(f"palate run {demo.recipes[0]} --set data.source.folder={folder}")
