"""From a recipe to its data report: the steps before anything is fitted, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from palate.data import PARTS, Dataset, Fold
from palate.findings import Finding, lost, of_dataset, of_fold, size
from palate.findings.catalogue import of_catalogue
from palate.findings.words import columns_in
from palate.plan import Plan, compile_plan
from palate.plan.context import WARNINGS, StepContext
from palate.plan.operations import OPERATIONS
from palate.plan.steps import Step
from palate.recipe import load_recipe
from palate.registry import Registry
from palate.store.place import store_at
from palate_data.files import files_read, short_files
from palate_data.found import DataReport, FileRead, Part, Stage

CATALOGUE = ("idle-items", "idle-users", "unknown-items", "unknown-users")
"""Findings that are of the data as the source gave them."""


def gathered(
    recipe: str | Path | Mapping[str, Any], settings: Sequence[str], registry: Registry
) -> DataReport:
    """Read, clean, mark and split the data of a recipe. Raises PalateError as a run would."""
    checked = load_recipe(recipe, settings, registry)
    plan = compile_plan(checked, store_at(), registry)
    datasets: list[Dataset] = []
    stages: list[Stage] = []
    findings: list[Finding] = []
    for step in _single(plan):
        dataset, said = _done(step, *datasets[-1:])
        kind, name = step.blocks[0].component.kind, step.blocks[0].name
        stages.append(Stage(f"{kind} {name}", size(dataset)))
        if kind == "source":
            findings += [Finding("source", message) for message in said]
        else:
            findings += lost(f"{kind} {name!r}", stages[-2].size, stages[-1].size)
        datasets.append(dataset)
    fold, _ = _done(plan.fold, datasets[-1])
    files = files_read(checked)
    used = set().union(*(columns_in(block.options) for block in checked.walk()))
    findings += short_files(files, datasets[0])
    findings += of_catalogue(datasets[0])  # a cleaner may have taken out items without events
    findings += [finding for finding in of_dataset(datasets[-1], used) if finding.code not in CATALOGUE]
    findings += of_fold(datasets[-1], fold, checked.split.options)
    findings += [_not_used(file) for file in files if file.unused]
    return DataReport(
        name=checked.name,
        source=checked.source.name,
        files=files,
        stages=tuple(stages),
        parts=tuple(_parts(datasets[-1], fold)),
        findings=tuple(sorted(findings, key=lambda each: each.level != "warning")),
        read=datasets[0],
        dataset=datasets[-1],
        fold=fold,
        several=plan.fold.params.get("fold") is not None,
    )


def _single(plan: Plan) -> Iterator[Step]:
    """The steps up to the split, in order, one for each component."""
    for step in plan.data.walk():
        for block in step.blocks:
            yield replace(step, blocks=(block,), inputs=())


def _done(step: Step, *inputs: Any) -> tuple[Any, list[str]]:
    """What a step makes, and what it reports."""
    context = StepContext(step, Path(), lambda *_: None)
    made = OPERATIONS[step.operation](context, *inputs)
    return made, context.notes.get(WARNINGS, [])


def _not_used(file: FileRead) -> Finding:
    names = ", ".join(repr(name) for name in file.unused)
    said = f"{file.path}: the columns {names} are not used"
    return Finding("unread-column", said, "note", {"file": file.path, "columns": list(file.unused)})


def _parts(dataset: Dataset, fold: Fold) -> Iterator[Part]:
    for name in PARTS:
        rows = fold.rows(name)
        if rows.any():
            part = dataset.interactions.filter(pl.Series(rows))
            yield Part(name, size(dataset.with_interactions(part)))
