"""From recipes with search spaces to recipes with values."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

from palate.errors import MissingLibrary, TuningError
from palate.recipe.load import Settings
from palate.registry import Registry, installed
from palate.runs.engines import EngineChoice, engine_of
from palate.store.place import store_at
from palate_tune.objective import Objective
from palate_tune.request import Pruner, Sampler, TuningRequest
from palate_tune.result import FORMATS, TuningResult
from palate_tune.tuned_recipe import check_output

DEFAULT_TRIALS, ENDLESS = 30, 1000
Given = str | Path | Mapping[str, Any]


@overload
def tune(recipe: Given, settings: Settings = ..., **options: Any) -> TuningResult: ...
@overload
def tune(recipe: Sequence[Given], settings: Settings = ..., **options: Any) -> list[TuningResult]: ...
def tune(  # type: ignore[misc]  # the overloads above only say what comes back
    recipe: Any,
    settings: Settings = (),
    *,
    trials: int | None = None,
    minutes: float | None = None,
    metric: str | Mapping[str, Any] | None = None,
    sampler: Sampler = "tpe",
    pruner: Pruner = "none",
    processes: int = 1,
    study: str = "",
    seed: int | None = None,
    output: str | Path | Sequence[str | Path] = (),
    store: str | Path | None = None,
    engine: EngineChoice = "local",
    display: bool = False,
    registry: Registry | None = None,
) -> TuningResult | list[TuningResult]:
    """Try values for the search spaces of a recipe and keep the best, evaluated on the validation part.

    `recipe` is a path, a shipped name or a mapping, or a list of them: then each gets the same number
    of trials, and a list comes back. `metric` (default: the recipe's first) is what counts; the test
    part is never read. `trials` is 30, or with `minutes` as many as fit: a trial that would take past the
    end, if it took as long as the longest so far, is not begun, but the first is, and no combination is tried
    twice. A study is kept beside the store: the same call again continues up to `trials`.
    The same seed (default: the recipe's) gives the same trials with one process. With an `engine` of several
    machines each trial is a task of it, `processes` of them at a time, and what all trials share is computed
    there before; the same seed and number at a time give the same study, one at a time that of one process.
    `output` is a file or
    several, each written in the format of its suffix: .yaml the best as a recipe, .html a page of
    pictures, .json everything, .csv the trials; or a folder for NAME-tuned.yaml and NAME-tuned.html, and
    for several recipes always a folder.

    Raises RecipeError with all that is wrong before anything is computed, MissingLibrary without
    optuna, and TuningError where a study of that name is of something else or no trial succeeds.
    """
    if importlib.util.find_spec("optuna") is None:
        raise MissingLibrary('tuning needs optuna, which is not installed: pip install "palate[tune]"')
    from palate_tune.running import run

    trials = trials if trials is not None else DEFAULT_TRIALS if minutes is None else ENDLESS
    _check(trials, minutes, processes, sampler, pruner)
    several = not isinstance(recipe, (str, Path, Mapping))
    given = list(recipe) if several else [recipe]
    laid = dict(settings) if isinstance(settings, Mapping) else tuple(settings)
    root = store_at(store).place
    requests = [
        TuningRequest(one, laid, metric, trials, sampler, pruner, seed, study, root, minutes) for one in given
    ]
    known = registry or installed()
    where = engine_of(engine, known)
    objectives = [Objective.of(request, known) for request in requests]
    if minutes is not None:
        requests = [_no_more_than_there_are(*each) for each in zip(requests, objectives, strict=True)]
    names = _names(objectives)
    if several and study:
        requests = [
            replace(request, study=f"{study}-{name}") for request, name in zip(requests, names, strict=True)
        ]
    outputs = [_outputs(output, name, several) for name in names]
    for file in (file for files in outputs for file in files):
        check_output(file)
    found = [
        run(request, objective, files, processes, display, where)
        for request, objective, files in zip(requests, objectives, outputs, strict=True)
    ]
    return found if several else found[0]


def _no_more_than_there_are(request: TuningRequest, objective: Objective) -> TuningRequest:
    from palate_tune.sampling import combinations

    known = combinations(objective.searched.tree, objective.searched.spaces)
    return replace(request, trials=min(request.trials, len(known))) if known else request


def _check(trials: int, minutes: float | None, processes: int, sampler: str, pruner: str) -> None:
    said = []
    if trials < 1:
        said.append(f"trials must be 1 or more; got {trials}")
    if minutes is not None and not minutes > 0:
        said.append(f"minutes must be above 0; got {minutes}")
    if minutes is not None and processes > 1:
        said.append("minutes are counted by one process; leave processes out")
    if processes < 1:
        said.append(f"processes must be 1 or more; got {processes}")
    if sampler not in ("tpe", "random", "grid"):
        said.append(f"sampler must be tpe, random or grid; got {sampler!r}")
    if pruner not in ("none", "median"):
        said.append(f"pruner must be none or median; got {pruner!r}")
    if said:
        raise TuningError("; ".join(said))


def _names(objectives: list[Objective]) -> list[str]:
    names = [objective.searched.first.name for objective in objectives]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TuningError(
            f"recipes that are tuned together need different names; {', '.join(twice)} is used twice"
        )
    return names


def _outputs(output: str | Path | Sequence[str | Path], name: str, several: bool) -> list[Path]:
    """The files to write for one recipe. Raises TuningError for a suffix that is no format."""
    files = [Path(output)] if isinstance(output, str | Path) else [Path(each) for each in output]
    if files and (several or (len(files) == 1 and files[0].is_dir())):
        if len(files) > 1 or files[0].suffix in FORMATS:
            raise TuningError("several recipes are tuned; name one folder for the output")
        return [files[0] / f"{name}-tuned{suffix}" for suffix in (".yaml", ".html")]
    unknown = [str(file) for file in files if file.suffix not in FORMATS]
    if unknown:
        raise TuningError(f"an output ends in {', '.join(FORMATS)}, or is a folder; got {', '.join(unknown)}")
    return files
