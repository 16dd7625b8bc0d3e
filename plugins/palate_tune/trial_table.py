"""The trials of a study as a table. Needs optuna."""

from __future__ import annotations

from typing import Any

import optuna
import polars as pl
from optuna.trial import FrozenTrial, TrialState

from palate.recipe.space import Space
from palate_tune.studies import REASON, StudyFile, quiet

STATES = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}


def trial_table(file: StudyFile, spaces: tuple[Space, ...]) -> pl.DataFrame:
    """One row a trial that counts, see `TuningResult`."""
    rows = [_row(trial, spaces) for trial in file.finished()]
    schema = {"trial": pl.Int64, "state": pl.String, "value": pl.Float64, "seconds": pl.Float64,
              "steps": pl.Int64, "reason": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None, strict=False)


def values(trial: FrozenTrial, spaces: tuple[Space, ...]) -> dict[str, Any]:
    """The value that the trial chose for each space, as a recipe has it; a block or list by its name."""
    found = {space.path: space for space in spaces}
    plain = {path: found[path].node_of(value).plain() for path, value in trial.params.items()}
    return {
        path: trial.params[path] if isinstance(value, (dict, list)) else value
        for path, value in plain.items()
    }


def importance(file: StudyFile) -> dict[str, float]:
    """Shares of 1, the largest first, of the spaces that every complete trial has; few trials have none.

    Watanabe, Bansal and Hutter, PED-ANOVA: efficiently quantifying hyperparameter importance in
    arbitrary subspaces, IJCAI 2023.
    """
    complete = file.trials(TrialState.COMPLETE)
    common = set.intersection(*(set(trial.params) for trial in complete)) if complete else set()
    varied = [name for name in sorted(common) if len({trial.params[name] for trial in complete}) > 1]
    if len(complete) < 4 or not varied:
        return {}
    if len(varied) == 1:
        return {varied[0]: 1.0}
    evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.25)
    with quiet():
        found = optuna.importance.get_param_importances(file.study, evaluator=evaluator, params=varied)
    return {name: round(float(share), 4) for name, share in found.items()}


def _row(trial: FrozenTrial, spaces: tuple[Space, ...]) -> dict[str, Any]:
    value = trial.value if trial.state == TrialState.COMPLETE else None
    if trial.state == TrialState.PRUNED and trial.intermediate_values:
        value = trial.intermediate_values[max(trial.intermediate_values)]
    known = trial.user_attrs
    return {
        "trial": trial.number,
        "state": STATES[trial.state],
        "value": value,
        "seconds": known.get("seconds"),
        "steps": len(known.get("computed", ())),
        "reason": known.get(REASON),
        **_cells(trial, spaces),
    }


def _cells(trial: FrozenTrial, spaces: tuple[Space, ...]) -> dict[str, Any]:
    """The same for a column each: what a choice has may be of several types, so it stands by its name."""
    choices = {space.path for space in spaces if space.kind == "choice"}
    own = {path: value for path, value in trial.params.items() if path in choices}
    return values(trial, spaces) | own
