"""`palate export`: what a run made, as files for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from palate.cli import options
from palate.cli.terminal import Terminal


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--encoder", "folder", type=click.Path(path_type=Path), required=True, metavar="FOLDER",
    help="Write the finetuned language model into this new folder.",
)  # fmt: skip
@click.option("--step", "name", metavar="STEP", help="Which model, where a run has several.")
@options.store
@click.pass_obj
def command(terminal: Terminal, run: Path, folder: Path, name: str | None, store: str | None) -> None:
    """Write the language model that RUN finetuned into FOLDER, as transformers and sentence-transformers load
    it.

    Another recipe reads it with `encode: {use: transformers, model: FOLDER}`, and may finetune it further.
    """
    from palate.runs.models import export_model

    step = export_model(run, folder, name, store)
    terminal.say(f"the model of {step} is in {folder}")
