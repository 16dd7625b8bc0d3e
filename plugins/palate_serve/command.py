"""`palate serve`: a run answers over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("serve", short_help="Answer requests for recommendations over HTTP.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Another run, asked by its name; may be repeated.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 256),
    help="Processes that answer on the port.",
)
@click.option(
    "--events", type=_FILE, metavar="FILE", help="Where events are kept (default: events.sqlite beside RUN)."
)
@click.option(
    "--tokens",
    type=_FILE,
    metavar="FILE",
    help="Lines `read: TOKEN`, `write: TOKEN`, `admin: TOKEN`; else PALATE_SERVE_READ_TOKEN and so on.",
)
@click.option("--public", is_flag=True, help="Let anybody who reaches it do everything, on any address.")
@click.option("--watch", is_flag=True, help="RUN is a link: serve what it points to, also when that changes.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="A site whose pages may ask from a browser (CORS); may be repeated.",
)
@click.option(
    "--pictures",
    multiple=True,
    metavar="URL",
    help="A site from which the page at / may show items' pictures; may be repeated.",
)
@click.option(
    "--rate",
    default=0.0,
    type=click.FloatRange(min=0),
    metavar="N",
    help="Requests a second of one client in one worker; 0: any number.",
)
@click.option("--quiet", "-q", is_flag=True, help="Log no answers, only what goes wrong.")
def command(
    run: Path, beside: tuple[Path, ...], host: str, port: int, workers: int, events: Path | None,
    tokens: Path | None, public: bool, watch: bool, origins: tuple[str, ...], pictures: tuple[str, ...],
    rate: float, quiet: bool,
) -> None:  # fmt: skip
    """Answer over HTTP what `palate recommend` would print, for RUN.

    RUN is the folder of a finished run or of a pipeline that `palate fit` wrote. Events that are
    sent count from the next answer on, and are on disk before they are acknowledged. What can be asked is in
    /openapi.json. Ends with Ctrl-C, once the answers under way are sent.
    """
    from palate_serve.needed import check_libraries
    from palate_serve.settings import Settings

    check_libraries()
    settings = Settings(
        run, beside, host, port, workers, events, tokens, public, watch, origins, rate, not quiet, pictures
    )
    from palate_serve.processes import serve

    serve(settings)
