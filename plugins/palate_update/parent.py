"""The run to go on from, and the plan on what its data have grown to."""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from palate.data import Dataset
from palate.data.content import content_digest
from palate.errors import DataError, StoreError, listed
from palate.plan import Plan, compile_plan
from palate.plan.at_source import is_at_source
from palate.plan.context import CONTENT
from palate.plan.earlier import Earlier
from palate.recipe import load_recipe
from palate.recipe.model import Recipe
from palate.registry import Registry
from palate.runs import Run
from palate.store import Meta, Store
from palate_update.additions import kept
from palate_update.coming import Coming, reading_options
from palate_update.grown import Grown
from palate_update.tables import Tables

SOURCE = "data.source"


@dataclass(frozen=True)
class Found:
    """A plan on data that have grown, and how many events, items and users came, where that is known.

    Items and users are those that are new or of which something else is said.
    """

    plan: Plan
    counts: dict[str, int]


@dataclass(frozen=True)
class Parent:
    """A run, with its recipe and what the store has of it."""

    run: Run
    store: Store
    registry: Registry

    @cached_property
    def recipe(self) -> Recipe:
        return load_recipe(self.run.recipe, (), self.registry)

    @cached_property
    def earlier(self) -> Earlier:
        """What the store has of its steps."""
        frame = self.run.steps
        return Earlier.of(zip(frame["name"], frame["fingerprint"], strict=True), self.store)

    @property
    def about(self) -> dict[str, Any]:
        """What the lineage of a run that goes on from it says."""
        fingerprint, written = self.run.results.get("fingerprint"), self.run.lineage.get("written")
        return {"run": self.run.folder.resolve().name, "fingerprint": fingerprint, "written": written}

    def grown_at_source(self, folder: Path, reread: bool) -> Found:
        """A plan on what the source has now. Raises DataError where nothing came."""
        plain = compile_plan(self.recipe, self.store, self.registry)
        known = _source_step(plain).params["data"]
        if known and known == self.run.lineage["data"]["hash"]:
            name = self.recipe.source.name
            raise DataError(f"nothing new: the source {name!r} has what {self.run.folder} was fitted on")
        if reread or self._renaming or not (self._gives_what_came or not known):
            return Found(plain, {})
        source = self._source
        more = source.load(since=self._last) if self._gives_what_came else source.load()
        return self._grown(Tables.of(more).fitting(self._base, f"source {source.name!r}"), folder, True)

    def grown_by(self, coming: Coming, folder: Path, late: bool) -> Found:
        """A plan on the data with what is to come. Raises DataError with all that does not fit."""
        problems = coming.missing()
        if self._renaming:
            problems.append(
                f"the recipe of {self.run.folder} renames users while it reads ({listed(self._renaming)}), "
                "and what is added would keep their ids: put it where the source reads, and give no files"
            )
        if problems:
            raise DataError("\n".join(problems))
        more = coming.tables(self._base, reading_options(self._source), self.registry)
        if not late:
            self._check_not_before(more)
        plain = compile_plan(self.recipe, self.store, self.registry)
        as_read = self.earlier.artifact(SOURCE) == _source_step(plain).fingerprint
        return self._grown(more, folder, as_read)

    @property
    def _source(self) -> Any:
        """The source as the recipe first had it."""
        made = self.recipe.source.make()
        return made.source if isinstance(made, Grown) else made

    @property
    def _gives_what_came(self) -> bool:
        """Whether the source is no file, can give what came since a moment, and the data have times."""
        source = self._source
        asks = "since" in inspect.signature(source.load).parameters
        return asks and not getattr(source, "names_files", True) and self._last is not None

    @cached_property
    def _renaming(self) -> list[str]:
        """The cleaners that give users other ids than the source."""
        blocks = self.recipe.clean
        return [block.name for block in blocks if getattr(block.component.cls, "renames_users", False)]

    @cached_property
    def _stored(self) -> Dataset | None:
        """The data as this run read them; None where the store does not have them any more."""
        found = self.earlier.artifact(SOURCE)
        try:
            return None if found is None else self.store.load(found, self.registry)
        except StoreError:
            return None

    @cached_property
    def _base(self) -> Tables:
        """The data of this run: as they were read, or else read again."""
        return Tables.of(self.recipe.source.make().load() if self._stored is None else self._stored)

    @property
    def _last(self) -> int | None:
        """When the last event was, in seconds since 1970; None without times."""
        frame = self._base.interactions
        return int(frame["time"].max()) if "time" in frame.columns else None  # type: ignore[arg-type]

    def _check_not_before(self, more: Tables) -> None:
        """Raises DataError where events that are new are older than the last of the run."""
        if self._last is None:
            return
        new = more.beyond(self._base).interactions
        before = new.filter(pl.col("time") < self._last)
        if before.height:
            raise DataError(
                f"{before.height:,} of {new.height:,} new events are older than the last one of "
                f"{self.run.folder}, {_day(self._last)}: the oldest is of {_day(int(before['time'].min()))}; "  # type: ignore[arg-type]
                "--late takes them too"
            )

    def _grown(self, more: Tables, folder: Path, hand_over: bool) -> Found:
        """The recipe with a source that has what came too; what came is kept beside the runs."""
        new = self._left_in(more.beyond(self._base))
        if not new:
            raise DataError(f"nothing new: {self.run.folder} was fitted on all of it already")
        made = self.recipe.source.make()
        had, inner = None, self.run.recipe["data"]["source"]
        if isinstance(made, Grown):
            had, inner = Tables.load(made.folder), inner["source"]
        where = kept(new if had is None else had | new, folder)
        grown = {"use": Grown.name, "source": inner, "added": str(where)}
        changed = self.run.recipe | {"data": self.run.recipe["data"] | {"source": grown}}
        plan = compile_plan(load_recipe(changed, (), self.registry), self.store, self.registry)
        if hand_over and self._stored is not None:
            self._keep(_source_step(plan), (self._base | new).dataset())
        return Found(plan, new.counts(self._base))

    def _left_in(self, new: Tables) -> Tables:
        """Without those whom the recipe leaves out while it reads: they are not to be written down."""
        blocks = [block for block in self.recipe.clean if is_at_source(block)]
        if not blocks or not new.interactions.height:
            return new
        dataset = (self._base | new).dataset()  # of what came alone none may be left, which is no error
        for block in blocks:
            dataset = block.make().apply(dataset)
        return new.also_in(Tables.of(dataset))

    def _keep(self, step: Any, dataset: Dataset) -> None:
        """Have the store know what the source gives now, so that it is not read from the beginning."""
        if self.store.has(step.fingerprint):
            return
        notes = {CONTENT: content_digest(dataset)}
        meta = Meta(step.name, time.time(), 0.0, 0, notes, sources=(step.fingerprint,))
        self.store.save(step.fingerprint, dataset, meta, self.registry)


def _source_step(plan: Plan) -> Any:
    return next(step for step in plan.data.walk() if step.operation == "source")


def _day(seconds: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
