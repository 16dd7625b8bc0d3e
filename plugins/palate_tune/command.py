"""`palate tune`: values for what a recipe leaves open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from palate.cli import options
from palate.cli.terminal import Terminal

if TYPE_CHECKING:
    from palate.runs.engines import EngineChoice
    from palate_tune import TuningResult


@click.command("tune", short_help="Try values for what a recipe leaves open, and keep the best.")
@click.argument("recipes", metavar="RECIPE...", nargs=-1, required=True)
@options.settings
@options.store
@options.track
@click.option(
    "--trials",
    type=click.IntRange(1),
    help="How many, of each recipe (default: 30, or as --minutes allow).",
)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="Begin no trial that would take longer."
)
@click.option("--metric", metavar="NAME@K", help="What counts (default: the recipe's first metric).")
@click.option("--sampler", default="tpe", show_default=True, type=click.Choice(["tpe", "random", "grid"]))
@click.option(
    "--pruner", default="none", show_default=True, type=click.Choice(["none", "median"]),
    help="Give up a trial that is worse than the median on a quarter of the users.",
)  # fmt: skip
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1), help="Trials at a time.")
@click.option("--study", default="", metavar="NAME", help="A name of your own, to resume it later.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Of the sampler (default: the recipe's).")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), multiple=True, metavar="FILE",
    help="Write in the format of the suffix: .yaml the best as a recipe, .html pictures, .json everything, "
    ".csv the trials. May be repeated (default: NAME-tuned.yaml and .html); for several recipes a folder.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the trials as JSON.")
@options.engine
@click.pass_obj
def command(
    terminal: Terminal,
    recipes: tuple[str, ...],
    settings: tuple[str, ...],
    store: str | None,
    trials: int | None,
    minutes: float | None,
    metric: str | None,
    sampler: str,
    pruner: str,
    processes: int,
    study: str,
    seed: int | None,
    output: tuple[Path, ...],
    as_json: bool,
    engine: EngineChoice,
) -> None:
    """Try values for the search spaces of each RECIPE and write the best as a recipe.

    An option is left open with a search space in its place: {search: log, low: 1, high: 5000};
    likewise int and float, and {search: choice, values: [...]}, which may stand for a whole block.
    Trials are evaluated on the validation part alone. The same command resumes a study that was
    stopped, or continues to a larger number of --trials. With --engine ray each trial is a task on the
    cluster, --processes of them at a time.
    """
    from palate_tune import tune

    several = len(recipes) > 1
    found = tune(
        list(recipes) if several else recipes[0], settings, trials=trials, minutes=minutes, metric=metric,
        sampler=sampler, pruner=pruner, processes=processes, study=study, seed=seed,
        output=output or Path(), store=store, engine=engine,
        display=not terminal.quiet,
    )  # fmt: skip
    all_tuned: list[TuningResult] = found if isinstance(found, list) else [found]
    if as_json:
        plain = [tuned.plain() for tuned in all_tuned]
        click.echo(json.dumps(plain if several else plain[0], default=str))
        return
    for tuned in all_tuned:
        _show(tuned)
    if several:
        _together(all_tuned)


def _show(tuned: TuningResult) -> None:
    """The best values of one recipe, what mattered, and where it was written."""
    from palate.cli.listing import show

    counts = ", ".join(f"{tuned.count(state)} {state}" for state in ("complete", "pruned", "failed"))
    click.echo(
        f"{tuned.name}: {tuned.metric} {tuned.value:.4f} on {tuned.evaluated_on}, in trial {tuned.best}, "
        f"the best of {tuned.trials.height} ({counts})\n"
    )
    shares = {path: f"{tuned.importance[path]:.0%}" for path in tuned.importance}
    show(
        ["option", "best", "importance"],
        [[path, _value(value), shares.get(path, "-")] for path, value in tuned.values.items()],
    )
    for row in tuned.trials.filter(tuned.trials["state"] == "failed").to_dicts():
        click.echo(f"trial {row['trial']} failed: {row['reason']}")
    click.echo(f"\nwritten to {', '.join(map(str, tuned.outputs))}")
    if tuned.output:
        click.echo(f"evaluate it on the test part: palate run {tuned.output}")
    click.echo()


def _together(all_tuned: list[TuningResult]) -> None:
    """The best of each recipe, side by side."""
    from palate.cli.listing import show

    rows = [[t.name, f"{t.value:.4f}", str(t.trials.height), str(t.output or "-")] for t in all_tuned]
    show(["recipe", all_tuned[0].metric, "trials", "tuned"], rows)


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
