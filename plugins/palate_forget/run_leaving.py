"""A run that users and items leave: its recipe with the list of who they are, run again in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from palate.checksums import CHECKSUMS, sealed
from palate.errors import PalateError
from palate.leftovers import sweep
from palate.plan import Plan, compile_plan
from palate.plan.earlier import Earlier
from palate.plan.updating import updated
from palate.recipe import load_recipe
from palate.registry import Registry
from palate.runs import Run
from palate.runs.engines import EngineChoice, engine_of
from palate.runs.start import record, teller
from palate.store import Store
from palate_forget.exclude import Exclude
from palate_forget.mentions import Mentions
from palate_forget.pseudonyms import Pseudonyms


@dataclass(frozen=True)
class RunLeaving:
    """The run in a folder, and who leaves it."""

    folder: Path
    leaving: Mentions

    @cached_property
    def known(self) -> tuple[set[str], set[str]]:
        """Those of the users and of the items that the run has. Raises StoreError."""
        pipeline = Run(self.folder).pipeline
        users, items = (set(map(str, ids)) for ids in (pipeline.users["id"], pipeline.items.ids))
        return users.intersection(self.leaving.users), items.intersection(self.leaving.items)

    @property
    def has_any(self) -> bool:
        """Whether the run has any of them."""
        return any(self.known)

    def problems(self) -> list[str]:
        """What keeps it from being written anew, in words."""
        if not (self.folder / "results.json").is_file():
            if (self.folder / "tree.json").is_file():
                return [
                    f"{self.folder} is a pipeline that `palate fit` wrote, without its recipe: add the "
                    "cleaner `exclude` to that, and fit it again with --force"
                ]
            return [f"{self.folder} is not a run: it has no results.json"]
        own = {name.partition("/")[0] for name in sealed(self.folder)} | {CHECKSUMS}
        others = sorted(path.name for path in self.folder.iterdir() if path.name not in own)
        if others:
            return [
                f"{self.folder} has files that palate did not write, which would be lost: {', '.join(others)}"
                "; move them away, and name them with --also if they mention the user"
            ]
        return []

    def recipe(self, list_file: Path, key_file: Path | None) -> dict[str, Any]:
        """The run's recipe, which leaves out who is on the list."""
        return with_exclusion(Run(self.folder).recipe, list_file, key_file)

    def excludes(self, list_file: Path) -> bool:
        """Whether its recipe leaves out who is on the list already."""
        return any(_same(each, list_file) for each in Run(self.folder).recipe["data"].get("clean") or ())

    def warnings(self, store: Store, registry: Registry) -> list[str]:
        """What must be known of its source. Raises PalateError where its recipe cannot be run any more."""
        run = Run(self.folder)
        plan = compile_plan(load_recipe(run.recipe, (), registry), store, registry)
        source = next(step for step in plan.data.walk() if step.operation == "source")
        name = plan.recipe.source.name
        found = [
            f"the data that the source {name!r} reads are yours, and not changed: any other recipe reads the "
            "user again, unless it has the same cleaner `exclude`"
        ]
        if source.params["data"] != run.lineage["data"]["hash"]:
            found.append(f"the data of {self.folder} have changed since: the run is fitted on those of today")
        return found

    def plan(self, recipe: dict[str, Any], store: Store, registry: Registry, refit: bool = False) -> Plan:
        """The plan of the run by a recipe, on data without them.

        Its rankers go on from those there are where that ends at what a fit gives, unless `refit`.
        """
        plan = compile_plan(load_recipe(recipe, (), registry), store, registry)
        if refit:
            return plan
        steps = Run(self.folder).steps.select("name", "fingerprint").iter_rows()
        return updated(plan, Earlier.of(steps, store), tune=True, exact=True)

    def write_anew(self, plan: Plan, engine: EngineChoice, registry: Registry, display: bool) -> Run:
        """The run without them, in its place: what is there stays until all of the new one is written."""
        execution = engine_of(engine, registry).run(plan, teller(registry, display))
        record(plan, execution, self.folder)
        return Run(self.folder, computed=len(execution.computed))

    def clear(self) -> None:
        """Remove what killed processes left beside the run: what it was before, or half of a new one."""
        sweep(self.folder.absolute().parent)


def with_exclusion(recipe: dict[str, Any], list_file: Path, key_file: Path | None) -> dict[str, Any]:
    """A resolved recipe with the cleaner `exclude`, first of all but behind pseudonyms, and once."""
    block: dict[str, Any] = {"use": Exclude.name, "file": str(list_file)}
    if key_file is not None:
        block["key_file"] = str(key_file)
    clean = [each for each in recipe["data"].get("clean") or () if not _same(each, list_file)]
    at = max((n for n, each in enumerate(clean, 1) if _name(each) == Pseudonyms.name), default=0)
    return recipe | {"data": recipe["data"] | {"clean": [*clean[:at], block, *clean[at:]]}}


def beside(runs: Iterable[Path], leaving: Mentions) -> list[str]:
    """Other runs in the folders of these that have any of those who leave."""
    named = {run.resolve() for run in runs}
    found = []
    for folder in sorted({run.parent for run in named}):
        for path in sorted(folder.glob("*/results.json")):
            if path.parent in named or path.parent.name.startswith("."):
                continue
            try:
                if RunLeaving(path.parent, leaving).has_any:
                    found.append(str(path.parent))
            except PalateError:
                found.append(f"{path.parent} (which cannot be read)")
    return found


def _name(block: Any) -> str:
    return str(block["use"] if isinstance(block, dict) else block)


def _same(block: Any, list_file: Path) -> bool:
    return _name(block) == Exclude.name and Path(block["file"]).expanduser().absolute() == list_file
