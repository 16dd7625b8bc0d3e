"""From recipes with search spaces to recipes with values."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

from palate.errors import MissingLibrary, TuningError
from palate.paths import store_folder
from palate.recipe.load import Settings
from palate.registry import Registry, installed
from palate_tune.objective import Bench
from palate_tune.request import Order, Pruner, Sampler
from palate_tune.result import TuningResult
from palate_tune.winner import check_output

Given = str | Path | Mapping[str, Any]


@overload
def tune(recipe: Given, settings: Settings = ..., **options: Any) -> TuningResult: ...
@overload
def tune(recipe: Sequence[Given], settings: Settings = ..., **options: Any) -> list[TuningResult]: ...
def tune(  # type: ignore[misc]  # the overloads above only say what comes back
    recipe: Any,
    settings: Settings = (),
    *,
    trials: int = 30,
    metric: str | Mapping[str, Any] | None = None,
    sampler: Sampler = "tpe",
    pruner: Pruner = "none",
    processes: int = 1,
    study: str = "",
    seed: int | None = None,
    output: str | Path | None = None,
    store: str | Path | None = None,
    display: bool = False,
    registry: Registry | None = None,
) -> TuningResult | list[TuningResult]:
    """Try values for the search spaces of a recipe and keep the best, judged on the validation part.

    `recipe` is a path, a shipped name or a mapping, or a list of them: then each gets the same number
    of trials, and a list comes back. `metric` (default: the recipe's first) is what counts; the test
    part is never read. A study is kept beside the store: the same call again goes on to `trials`.
    The same seed (default: the recipe's) gives the same trials with one process. `output` is where
    the winner is written as a recipe, with a page of pictures beside it, or a folder for it; for
    several recipes always a folder.

    Raises RecipeError with all that is wrong before anything is computed, MissingLibrary without
    optuna, and TuningError where a study of that name is of something else or no trial succeeds.
    """
    if importlib.util.find_spec("optuna") is None:
        raise MissingLibrary('tuning needs optuna, which is not installed: pip install "palate[tune]"')
    from palate_tune.running import run

    _check(trials, processes, sampler, pruner)
    several = not isinstance(recipe, (str, Path, Mapping))
    given = list(recipe) if several else [recipe]
    laid = dict(settings) if isinstance(settings, Mapping) else tuple(settings)
    root = Path(store) if store else store_folder()
    orders = [Order(one, laid, metric, trials, sampler, pruner, seed, study, root) for one in given]
    known = registry or installed()
    benches = [Bench.of(order, known) for order in orders]
    names = _names(benches)
    if several and study:
        orders = [replace(order, study=f"{study}-{name}") for order, name in zip(orders, names, strict=True)]
    places = [_place(output, name, several) for name in names]
    for place in places:
        if place is not None:
            check_output(place)
    found = [
        run(order, bench, place, processes, display)
        for order, bench, place in zip(orders, benches, places, strict=True)
    ]
    return found if several else found[0]


def _check(trials: int, processes: int, sampler: str, pruner: str) -> None:
    said = []
    if trials < 1:
        said.append(f"trials must be 1 or more; got {trials}")
    if processes < 1:
        said.append(f"processes must be 1 or more; got {processes}")
    if sampler not in ("tpe", "random", "grid"):
        said.append(f"sampler must be tpe, random or grid; got {sampler!r}")
    if pruner not in ("none", "median"):
        said.append(f"pruner must be none or median; got {pruner!r}")
    if said:
        raise TuningError("; ".join(said))


def _names(benches: list[Bench]) -> list[str]:
    names = [bench.first.name for bench in benches]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TuningError(
            f"recipes that are tuned together need names of their own; {', '.join(twice)} stands twice"
        )
    return names


def _place(output: str | Path | None, name: str, several: bool) -> Path | None:
    if output is None:
        return None
    folder = several or Path(output).is_dir()
    return Path(output) / f"{name}-tuned.yaml" if folder else Path(output)
