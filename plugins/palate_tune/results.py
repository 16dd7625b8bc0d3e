"""The result of a study, and the files written of it. Needs optuna."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from optuna.trial import FrozenTrial

from palate.errors import TuningError
from palate.paths import write_whole
from palate.recipe.yaml import Node
from palate_tune.drawing import nothing_valid
from palate_tune.objective import Objective
from palate_tune.page import page
from palate_tune.request import TuningRequest
from palate_tune.result import RECIPES, TuningResult
from palate_tune.studies import REASON, REFUSED, StudyFile
from palate_tune.trial_table import importance, trial_table, values
from palate_tune.tuned_recipe import written


def collect(request: TuningRequest, objective: Objective, file: StudyFile, shared: int) -> TuningResult:
    """The result of a study. Raises TuningError, with the reasons, where no trial succeeded."""
    best = file.best()
    if best is None:
        failed = [trial.user_attrs.get(REASON, "") for trial in file.finished()]
        refused = file.refused()
        if refused and not failed:
            raise TuningError(nothing_valid(len(refused), refused[-1].user_attrs[REFUSED]))
        reasons = "; ".join(list(dict.fromkeys(reason for reason in failed if reason))[:3])
        raise TuningError(f"none of {len(failed)} trials succeeded: {reasons or 'all were pruned'}")
    identity = file.study.user_attrs["identity"]
    return TuningResult(
        name=objective.searched.first.name,
        metric=objective.metric.label,
        lower_is_better=objective.lower_is_better,
        study=file.study.study_name,
        file=file.path,
        budget=request.trials,
        sampler=request.sampler,
        pruner=request.pruner,
        seed=int(identity["seed"]),
        protocol=objective.protocol,
        best=best.number,
        value=float(best.value or 0.0),
        values=values(best, objective.searched.spaces),
        trials=trial_table(file, objective.searched.spaces),
        importance=importance(file),
        shared=shared,
        ask=str(objective.searched.first.values["ask"]),
        recipe=written(request, _settled(objective, best), [], Path("recipe.yaml"), objective.registry),
    )


def write(
    request: TuningRequest,
    objective: Objective,
    file: StudyFile,
    tuned: TuningResult,
    outputs: Sequence[Path],
) -> TuningResult:
    """The result with these files written, each in the format of its suffix, one of `FORMATS`."""
    settled = _settled(objective, file.trials()[tuned.best])
    texts = {
        output: written(request, settled, _lineage(tuned), output, objective.registry)
        for output in outputs
        if output.suffix in RECIPES
    }
    recipe = next(iter(texts.values()), tuned.recipe)
    done = replace(tuned, recipe=recipe, outputs=tuple(outputs))
    for output in outputs:
        if output.suffix == ".html":
            page(done, objective.searched.spaces).write(output)
        elif output.suffix == ".json":
            plain = json.dumps(done.plain(), indent=1, ensure_ascii=False, default=str)
            write_whole(output, f"{plain}\n".encode())
        elif output.suffix == ".csv":
            write_whole(output, done.trials.write_csv().encode())
        else:
            write_whole(output, texts[output].encode())
    return done


def _settled(objective: Objective, trial: FrozenTrial) -> Node:
    """The recipe as a trial had it."""
    return objective.searched.tree_with(lambda space: trial.params[space.path])


def _lineage(tuned: TuningResult) -> list[str]:
    counts = ", ".join(f"{tuned.count(state)} {state}" for state in ("complete", "pruned", "failed"))
    return [
        f"{tuned.metric} {tuned.value:.6g} on {tuned.evaluated_on}, in trial {tuned.best}, the best "
        f"of {tuned.trials.height} ({counts}).",
        f"Study {tuned.study}: sampler {tuned.sampler}, pruner {tuned.pruner}, seed {tuned.seed}.",
        f"Protocol {tuned.protocol}. The test part was not read.",
    ]
