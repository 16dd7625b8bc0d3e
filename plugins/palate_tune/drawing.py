"""The values that the next trial tries, drawn again where they make no recipe. Needs optuna."""

from __future__ import annotations

import optuna
from optuna.trial import TrialState

from palate.errors import RecipeError, TuningError
from palate.recipe import Recipe
from palate_tune.objective import Objective
from palate_tune.sampling import combinations, suggested
from palate_tune.studies import PROCESS, REFUSED, REPEATED, STOPPED, StudyFile, here

MOST_REFUSED = 100  # or known already, in a row
MOST_REPEATED = 10  # known already, in a row


def drawn(file: StudyFile, objective: Objective) -> tuple[optuna.Trial, Recipe] | None:
    """The next trial of the study and the recipe with its values; None where there is nothing left to draw.

    Values that a component refuses together, such as heads that do not divide dimensions, are known to be
    wrong before anything is computed: they are recorded as refused, which is no trial that counts, and others
    are drawn. So are combinations that were tried before, where none is tried twice: after 10 of them in a
    row the first of choices that was not tried is next. A grid goes on to its end; of other samplers 100 in a
    row end the study. Raises TuningError where that happens before any trial has ended.
    """
    in_a_row, reason = 0, ""
    while True:
        trial = file.study.ask()
        trial.set_user_attr(PROCESS, here())
        if file.places is not None and file.place(trial.number) >= file.places:
            _end(file, trial, STOPPED, True)
            return None
        try:
            recipe = objective.searched.with_values(lambda space: suggested(trial, space))  # noqa: B023
        except RecipeError as error:
            reason = " ".join(str(error).split())
            _end(file, trial, REFUSED, reason)
        except BaseException:
            _end(file, trial, STOPPED, True)
            raise
        else:
            if not (file.once and trial.params in file.tried(but=trial.number)):
                return trial, recipe
            _end(file, trial, REPEATED, True)
            if in_a_row % MOST_REPEATED == MOST_REPEATED - 1 and not _another(file, objective):
                return None
        in_a_row += 1
        if file.places is None and in_a_row == MOST_REFUSED:
            if file.finished():
                return None
            raise TuningError(nothing_valid(in_a_row, reason))


def nothing_valid(count: int, reason: str) -> str:
    """That all of so many combinations were refused, and what helps."""
    return (
        f"none of {count} combinations of the search spaces makes a recipe that works; the last one: "
        f"{reason}. Narrow the spaces, or make them a `choice` of values that go together"
    )


def _another(file: StudyFile, objective: Objective) -> bool:
    """Have the next trial try a combination of choices that was not tried; False where all of them were."""
    known, tried = combinations(objective.searched.tree, objective.searched.spaces), file.tried()
    left = next((each for each in known if each not in tried), None)
    if left is not None:
        file.study.enqueue_trial(left)
    return left is not None or not known


def _end(file: StudyFile, trial: optuna.Trial, why: str, said: object) -> None:
    trial.set_user_attr(why, said)
    file.study.tell(trial, state=TrialState.FAIL)
