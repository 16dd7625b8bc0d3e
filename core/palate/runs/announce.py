"""The event `run-finished`: what trackers are told of a run."""

from __future__ import annotations

from typing import Any

from palate.events import Emit, Event
from palate.plan import Plan
from palate.runs.finished import Run

_OF_ROW = ("metrics", "seconds", "peak_bytes")


def announce(plan: Plan, run: Run, emit: Emit) -> None:
    """Emit `run-finished` for a run that is in its folder, whether it was computed just now or before.

    What its values say that should be looked into is reported first.

    The details are ready for JSON: `recipe` (its name), `run` (the name of the folder), `folder`,
    `fingerprint`, `computed` (how many steps had to run), `final` (the row that recommends), `rows` (by name:
    `metrics` with `value`, `low` and `high`, `seconds`, `peak_bytes`), `data` and `evaluated` (counts),
    `protocol`, `lineage`, `parameters` (the resolved recipe) and `steps` (names by fingerprint). Nothing in
    them is about a single user.
    """
    found = run.results
    for message in found.get("warnings", ()):
        emit(Event("notice", message=message))
    details: dict[str, Any] = {
        "recipe": run.name,
        "run": run.folder.name,
        "folder": str(run.folder.absolute()),
        "fingerprint": plan.fingerprint,
        "computed": run.computed,
        "final": found["final"],
        "rows": {row["name"]: {name: row[name] for name in _OF_ROW if name in row} for row in found["rows"]},
        "data": found["data"],
        "evaluated": found["evaluated"],
        "protocol": found["protocol"]["fingerprint"],
        "lineage": run.lineage,
        "parameters": plan.recipe.plain(),
        "steps": {step.fingerprint: step.name for step in plan.steps},
    }
    emit(Event("run-finished", details=details))
