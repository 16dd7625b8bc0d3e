"""`palate map`: a picture of items and users in two dimensions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from palate.cli.output import output
from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate_profile.layout import Method

DEFAULT = Path("map.html")


@click.command("map", short_help="Draw items and users in two dimensions.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--color-by", metavar="ATTRIBUTE",
    help="Colour items by an attribute, such as genres (default: the one whose groups lie furthest apart).",
)  # fmt: skip
@output(".html", ".png", what="the map, map.html where none is given")
@click.option(
    "--method", type=click.Choice(["pca", "t-sne"]), default="pca", show_default=True,
    help="How many dimensions become two (t-sne needs scikit-learn).",
)  # fmt: skip
@click.option("--branch", help="Whose interests, where several branches make some.")
@click.option(
    "--items", default=5000, show_default=True, type=click.IntRange(3), help="How many, most popular first."
)
@click.option("--users", default=300, show_default=True, type=click.IntRange(0), help="How many, at random.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Random seed.")
@click.pass_obj
def command(
    terminal: Terminal,
    run: Path,
    color_by: str | None,
    output: tuple[Path, ...],
    method: str,
    branch: str | None,
    items: int,
    users: int,
    seed: int,
) -> None:
    """Draw the items and users of RUN in two dimensions.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. The page needs no
    network; titles appear under the pointer. A PNG needs matplotlib.
    """
    from palate.paths import write_whole
    from palate_profile.branches import interest_branch, open_pipeline
    from palate_profile.interest_map import interest_map
    from palate_profile.map_page import map_page, map_png

    pipeline = open_pipeline(run)
    chosen = interest_branch(pipeline, branch)
    found = interest_map(pipeline, chosen, color_by, cast("Method", method), items, users, seed)
    written = {
        file: map_png(found) if file.suffix.lower() == ".png" else map_page(found).html().encode()
        for file in output or (DEFAULT,)
    }
    for file, data in written.items():
        write_whole(file, data)
        click.echo(str(file))
    coloured = f", coloured by {found.attribute}" if found.attribute else ""
    terminal.say(
        f"{len(found.item_labels):,} items and {len(found.user_labels):,} interests of users, by "
        f"{found.method}{coloured}"
    )
