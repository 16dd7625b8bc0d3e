"""`palate map`: a picture of items and people in two dimensions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate_profile.layout import Method

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("map", short_help="Draw items and users in two dimensions.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--color-by", metavar="ATTRIBUTE", help="Colour items by an attribute, such as genres.")
@click.option("--out", type=FILE, default=Path("map.html"), show_default=True, help="The page to write.")
@click.option("--png", type=FILE, help="Write a picture too (needs matplotlib).")
@click.option(
    "--method", type=click.Choice(["pca", "t-sne"]), default="pca", show_default=True,
    help="How many dimensions become two (t-sne needs scikit-learn).",
)  # fmt: skip
@click.option("--branch", help="Whose interests, where several branches make some.")
@click.option(
    "--items", default=5000, show_default=True, type=click.IntRange(3), help="How many, most popular first."
)
@click.option("--people", default=300, show_default=True, type=click.IntRange(0), help="How many, by chance.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Which chance.")
@click.pass_obj
def command(
    terminal: Terminal,
    run: Path,
    color_by: str | None,
    out: Path,
    png: Path | None,
    method: str,
    branch: str | None,
    items: int,
    people: int,
    seed: int,
) -> None:
    """Draw the items and people of RUN in two dimensions.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. The page needs no
    network; titles appear under the pointer.
    """
    from palate.paths import write_whole
    from palate_profile.branches import interest_branch, open_pipeline
    from palate_profile.map import drawn
    from palate_profile.page import page, picture

    pipeline = open_pipeline(run)
    chosen = interest_branch(pipeline, branch)
    found = drawn(pipeline, chosen, color_by, cast("Method", method), items, people, seed)
    image = picture(found) if png is not None else b""
    write_whole(out, page(found).encode())
    click.echo(str(out))
    if png is not None:
        write_whole(png, image)
        click.echo(str(png))
    terminal.say(
        f"{len(found.items):,} items and {len(found.people):,} interests of people, by {found.method}"
    )
