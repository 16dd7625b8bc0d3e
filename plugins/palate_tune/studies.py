"""Studies kept in a file beside the store, so that they can be resumed. Needs optuna."""

from __future__ import annotations

import os
import re
import socket
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.trial import FrozenTrial, TrialState

from palate.errors import TuningError
from palate_tune.journal import Journal, Tell, is_alive
from palate_tune.objective import Objective
from palate_tune.request import TuningRequest
from palate_tune.sampling import ReproducibleSampler, makers

STOPPED = "stopped"
REASON = "reason"
REFUSED = "refused"
REPEATED = "repeated"
PROCESS = "process"
_LOST = "lost"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class StudyFile:
    """One study in its file. Trials that were stopped do not count and are made up for.

    `places` is how many trials its sampler has, None without limit; with `once` no combination is tried
    twice.
    """

    study: optuna.Study
    path: Path
    places: int | None
    once: bool = False

    @classmethod
    def open(cls, request: TuningRequest, objective: Objective, tell: Tell) -> StudyFile:
        """The study of this request, made where there is none; what had to be repaired is handed to `tell`.

        Raises TuningError where the name belongs to a study of something else, or its file is damaged.
        """
        seed = objective.searched.first.seed if request.seed is None else request.seed
        make, places = makers(request.sampler, seed, objective.searched.tree)
        name = request.study or study_name(request, objective)
        if not _NAME.fullmatch(name):
            raise TuningError(f"a study's name has letters, digits, ., - and _ only; got {name!r}")
        path = objective.store.root / "studies" / f"{name}.journal"
        path.parent.mkdir(parents=True, exist_ok=True)
        with quiet():
            study = optuna.create_study(
                storage=JournalStorage(Journal(path, tell)),
                study_name=name,
                direction="minimize" if objective.lower_is_better else "maximize",
                load_if_exists=True,
                pruner=_pruner(request.pruner),
            )
        found = cls(study, path, places, once=request.minutes is not None)
        study.sampler = ReproducibleSampler(make, found.stopped)
        options = {"sampler": request.sampler, "seed": str(seed), "pruner": request.pruner}
        found._belongs({**objective.identity, **options})
        return found

    def trials(self, *states: TrialState) -> list[FrozenTrial]:
        return self.study.get_trials(deepcopy=False, states=states or None)

    def stopped(self) -> set[int]:
        """The numbers of the trials that were stopped before they came to an end."""
        own = {trial.number for trial in self.trials(TrialState.FAIL) if STOPPED in trial.user_attrs}
        return own | set(self.study.user_attrs.get(_LOST, ()))

    def refused(self) -> list[FrozenTrial]:
        """What was drawn and made no recipe that works: it has a place in the study and is no trial."""
        return [trial for trial in self.trials(TrialState.FAIL) if REFUSED in trial.user_attrs]

    def place(self, number: int) -> int:
        """A trial's place in the study: its number less the stopped trials before it."""
        return number - sum(other < number for other in self.stopped())

    def finished(self) -> list[FrozenTrial]:
        """The trials that count: complete, pruned or failed."""
        stopped = self.stopped()
        ended = self.trials(TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
        nothing = {REFUSED, REPEATED}
        return [each for each in ended if each.number not in stopped and not nothing & each.user_attrs.keys()]

    def tried(self, but: int = -1) -> list[dict[str, Any]]:
        """The values of every trial other than `but` that counts, is at work or was refused."""
        known = [*self.finished(), *self.refused(), *self.trials(TrialState.RUNNING)]
        return [trial.params for trial in known if trial.number != but]

    def left(self, budget: int) -> int:
        """How many trials are left to start."""
        running = len(self.trials(TrialState.RUNNING))
        most = budget if self.places is None else min(budget, self.places - len(self.refused()))
        return max(0, most - len(self.finished()) - running)

    def recover(self) -> None:
        """Give up trials whose process is gone, so that they are made up for."""
        lost = [trial.number for trial in self.trials(TrialState.RUNNING) if _gone(trial)]
        if lost:
            self.study.set_user_attr(_LOST, sorted({*self.study.user_attrs.get(_LOST, ()), *lost}))
        for number in lost:
            self.study.tell(number, state=TrialState.FAIL, skip_if_finished=True)

    def best(self) -> FrozenTrial | None:
        """The complete trial with the best value, the earliest of several."""
        complete = [trial for trial in self.trials(TrialState.COMPLETE) if trial.value is not None]
        sign = 1 if self.study.direction == optuna.study.StudyDirection.MINIMIZE else -1
        return min(complete, key=lambda trial: (sign * (trial.value or 0.0), trial.number), default=None)

    def _belongs(self, wanted: dict[str, str]) -> None:
        known = self.study.user_attrs.get("identity")
        if known is None:
            self.study.set_user_attr("identity", wanted)
            return
        differs = [name for name, value in wanted.items() if known.get(name) != value]
        if differs:
            raise TuningError(
                f"the study {self.study.study_name!r} was started with another "
                f"{' and another '.join(differs)}; name another study, or leave the name out"
            )


def study_name(request: TuningRequest, objective: Objective) -> str:
    """The recipe's name, and a few digits that change with whatever would change the trials."""
    import hashlib

    parts = [*objective.identity.values(), request.sampler, str(request.seed), request.pruner]
    digits = hashlib.blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()
    return f"{objective.searched.first.name}-{digits}"


def here() -> list[Any]:
    """Machine and process, as they are recorded."""
    return [socket.gethostname(), os.getpid()]


class quiet:  # noqa: N801
    """Optuna says less within a `with` block."""

    def __enter__(self) -> None:
        self._before = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)

    def __exit__(self, *about: Any) -> None:
        self._warnings.__exit__(*about)
        optuna.logging.set_verbosity(self._before)


def _pruner(name: str) -> optuna.pruners.BasePruner:
    return optuna.pruners.MedianPruner() if name == "median" else optuna.pruners.NopPruner()


def _gone(trial: FrozenTrial) -> bool:
    """Whether the process of a running trial is known to be gone; on another machine that is not known."""
    host, process = trial.user_attrs.get(PROCESS, [socket.gethostname(), -1])
    if host != socket.gethostname():
        return False
    return process < 0 or not is_alive(process)
