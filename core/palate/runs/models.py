"""The language models that a run finetuned."""

from __future__ import annotations

import shutil
from pathlib import Path

from palate.errors import DataError, PalateError, StoreError, listed, unwritten
from palate.leftovers import unfinished


def export_model(run: Path, folder: Path, name: str | None = None, store: str | None = None) -> str:
    """Copy the model of a run into a new folder; the name of the step that made it.

    `name` says which, where a run has several; those for the validation part are no models of the run. Raises
    DataError where it has none or several, or the folder is there already, StoreError where the store does
    not have it any more.
    """
    from palate.plan import compile_plan
    from palate.recipe import load_recipe
    from palate.runs.finished import Run
    from palate.store.place import store_at

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder} is there already; a model is written into a new folder")
    plan = compile_plan(load_recipe(Run(run).recipe), store_at(store))
    found = {step.name: step for step in plan.steps if step.operation == "finetune" and "@" not in step.name}
    if not found:
        raise DataError(f"{run} finetuned no language model; its recipe has no `finetune:`")
    if (name is None and len(found) > 1) or (name is not None and name not in found):
        raise DataError(f"{run} has the models {listed(found)}; say which with --step")
    step = found[name or next(iter(found))]
    if not plan.store.has(step.fingerprint):
        raise StoreError(
            f"the store {plan.store.place} has no model of {step.name} for this run's recipe, data and "
            f"version of "
            "palate; run the recipe again, or name the store with --store"
        )
    scratch = unfinished(folder)
    try:
        shutil.copytree(plan.store.load(step.fingerprint).path, scratch)
        if folder.is_dir():
            folder.rmdir()
        scratch.rename(folder)
    except OSError as error:
        raise PalateError(f"{folder} cannot be written: {unwritten(error)}") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return step.name
