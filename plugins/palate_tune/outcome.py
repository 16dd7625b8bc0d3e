"""What comes of a study: its figures, the winner's recipe and a page. Needs optuna."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from optuna.trial import FrozenTrial

from palate.errors import TuningError
from palate.paths import write_whole
from palate.recipe.yaml import Node
from palate_tune.objective import Bench
from palate_tune.page import page
from palate_tune.request import Order
from palate_tune.result import TuningResult
from palate_tune.sampling import chosen
from palate_tune.studies import REASON, StudyFile
from palate_tune.trials import importance, trials, values
from palate_tune.winner import written


def collected(order: Order, bench: Bench, file: StudyFile, shared: int) -> TuningResult:
    """The study's figures. Raises TuningError, with the reasons, where no trial came to one."""
    best = file.best()
    if best is None:
        failed = [trial.user_attrs.get(REASON, "") for trial in file.finished()]
        reasons = "; ".join(list(dict.fromkeys(reason for reason in failed if reason))[:3])
        raise TuningError(f"none of {len(failed)} trials came to a figure: {reasons or 'all were pruned'}")
    identity = file.study.user_attrs["identity"]
    return TuningResult(
        name=bench.first.name, metric=bench.metric.label, lower_is_better=bench.lower_is_better,
        study=file.study.study_name, file=file.path, budget=order.trials, sampler=order.sampler,
        pruner=order.pruner, seed=int(identity["seed"]), protocol=bench.protocol, best=best.number,
        value=float(best.value or 0.0), values=values(best, bench.spaces), trials=trials(file, bench.spaces),
        importance=importance(file), shared=shared,
        recipe=written(order, _settled(bench, best), [], Path("recipe.yaml"), bench.registry),
    )  # fmt: skip


def write(order: Order, bench: Bench, file: StudyFile, tuned: TuningResult, output: Path) -> TuningResult:
    """The winner's recipe and the page beside it."""
    best = file.trials()[tuned.best]
    text = written(order, _settled(bench, best), _lineage(tuned), output, bench.registry)
    write_whole(output, text.encode())
    beside = output.with_suffix(".html")
    done = replace(tuned, recipe=text, output=output, page=beside)
    page(done, bench.spaces).write(beside)
    return done


def _settled(bench: Bench, trial: FrozenTrial) -> Node:
    """The recipe as a trial had it."""
    tree, _ = bench.recipe(lambda space: chosen(space, trial.params[space.path]))
    return tree


def _lineage(tuned: TuningResult) -> list[str]:
    counts = ", ".join(f"{tuned.count(state)} {state}" for state in ("complete", "pruned", "failed"))
    return [
        f"{tuned.metric} {tuned.value:.6g} on the validation part, in trial {tuned.best}, the best "
        f"of {tuned.trials.height} ({counts}).",
        f"Study {tuned.study}: sampler {tuned.sampler}, pruner {tuned.pruner}, seed {tuned.seed}.",
        f"Protocol {tuned.protocol}. The test part was not read.",
    ]
