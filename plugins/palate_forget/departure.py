"""Users and items who leave runs, the store, logs and files: who they are, what has them, and the leaving."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from palate.errors import PalateError, UnknownItem, UnknownUser, listed
from palate.forgetting import Forgetting, Removal
from palate.plan import Plan
from palate.plan.earlier import ways
from palate.registry import Registry
from palate.runs import Run
from palate.runs.engines import EngineChoice
from palate.store import Store
from palate_forget.artifacts import StoredTraces
from palate_forget.exclusion_list import ExclusionList
from palate_forget.files import LeftFile
from palate_forget.keys import Key
from palate_forget.mentions import Mentions
from palate_forget.run_leaving import RunLeaving


@dataclass
class Departure:
    """Users and items who leave `runs`, the `store`, what plugins wrote, and further `files`.

    `excluded` is the list as it is before, `key_file` what recipes will say of its key.
    """

    leaving: Mentions
    runs: list[RunLeaving]
    files: tuple[Path, ...]
    excluded: ExclusionList
    key: Key
    key_file: Path | None
    store: Store
    registry: Registry
    engine: EngineChoice = "local"
    display: bool = False
    refit: bool = False
    rankers: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """Of each run that is written anew: its rankers, and why each is fitted again; None if it is updated."""
    busy: list[Path] = field(default_factory=list)
    """What may still be written by a process, and so was left."""

    def check_known(self) -> None:
        """Raises UnknownUser or UnknownItem with those that nothing has.

        One on the list is known: an earlier command may have been stopped midway.
        """
        known = [run.known for run in self.runs] + [self.traces.known]
        users, items = (set().union(*(each[at] for each in known)) for at in (0, 1))
        lost = [user for user in self.leaving.users if user not in users and not self._elsewhere(user)]
        lost_items = [
            item for item in self.leaving.items if item not in items and not self._elsewhere("", item)
        ]
        if lost:
            raise UnknownUser(self._nobody("users", lost))
        if lost_items:
            raise UnknownItem(self._nobody("items", lost_items))

    def preview(self) -> list[Removal]:
        """What would be touched; nothing is."""
        found = [Removal("run", str(run.folder)) for run in self._to_write()]
        for run in self._to_write():
            self._plan(run, Run(run.folder).recipe)  # as it is: the list that it will read is not there yet
        asked = self._asked(self.leaving, dry=True)
        self.registry.forget(asked)
        return [*found, *self.traces.removals(), *asked.removals, *self._of_files(asked, rewrite=False)]

    def carry_out(self) -> list[Removal]:
        """Forget, and return what went. Stopped at any moment and begun again, it goes on.

        First the runs are written anew without them, each replaced in one step; then the rest goes.
        """
        found = []
        to_write = self._to_write()
        with self._on_the_list() as written:
            for run in to_write:
                plan = self._plan(run, run.recipe(self.excluded.path, self.key_file))
                run.write_anew(plan, self.engine, self.registry, self.display)
                written.append(run)
                found.append(Removal("run", str(run.folder)))
        for run in self.runs:
            run.clear()
        left = StoredTraces(self.store, self.leaving)  # what the new runs have stored is there too
        found += left.removals()
        self.busy = left.busy
        left.remove()
        asked = self._asked(self.leaving, dry=False)
        self.registry.forget(asked)
        return [*found, *asked.removals, *self._of_files(asked, rewrite=True)]

    @cached_property
    def traces(self) -> StoredTraces:
        """What the store has before anything is done."""
        return StoredTraces(self.store, self.leaving)

    def _plan(self, run: RunLeaving, recipe: dict[str, Any]) -> Plan:
        """The plan of a run by a recipe; what becomes of its rankers is noted."""
        plan = run.plan(recipe, self.store, self.registry, self.refit)
        self.rankers[str(run.folder)] = ways(plan, exact=True)
        return plan

    def _to_write(self) -> list[RunLeaving]:
        """The runs that have any of them, or would be made from stored data that have."""
        stored = any(self.traces.known)
        return [run for run in self.runs if run.has_any or (stored and not run.excludes(self.excluded.path))]

    def _asked(self, whose: Mentions, dry: bool) -> Forgetting:
        """What plugins are asked."""
        runs = tuple(run.folder for run in self.runs)
        return Forgetting(whose.users, whose.items, runs, self.files, dry)

    def _of_files(self, asked: Forgetting, rewrite: bool) -> list[Removal]:
        """What goes from the files that no plugin has dealt with."""
        found = []
        for path in self.files:
            file = LeftFile(path, Mentions(asked.users, asked.items))
            if path not in asked.handled and file.removal:
                found.append(file.removal)
                if rewrite:
                    file.rewrite()
        return found

    def _elsewhere(self, user: str, item: str = "") -> bool:
        """Whether the list, a log or a file has a user, or an item."""
        if self.excluded.has_item(self.key, item) if item else self.excluded.has(self.key, user):
            return True
        asked = self._asked(Mentions((), (item,)) if item else Mentions((user,)), dry=True)
        self.registry.forget(asked)
        return bool(asked.removals or self._of_files(asked, rewrite=False))

    def _nobody(self, what: str, ids: list[str]) -> str:
        places = ", ".join(str(run.folder) for run in self.runs)
        return (
            f"no such {what} in {places}, the store {self.store.place}, its logs or the exclusion list: "
            f"{listed(ids)}; nothing was touched"
        )

    @contextmanager
    def _on_the_list(self) -> Iterator[list[RunLeaving]]:
        """They are on the list from now on; not where the block fails before any run was written anew."""
        written: list[RunLeaving] = []
        had = self.excluded.path.exists()
        self.excluded.with_ids(self.key, self.leaving.users, self.leaving.items).write()
        try:
            yield written
        except BaseException:
            if not written and had:
                self.excluded.write()
            elif not written:
                self.excluded.path.unlink(missing_ok=True)
            raise


def together(problems: list[str]) -> None:
    """Raises PalateError with all of them, if there are any."""
    if problems:
        raise PalateError("\n".join(problems))
