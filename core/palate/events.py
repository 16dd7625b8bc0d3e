"""What a run tells those who watch: progress bars, timers, trackers. Nobody can change a run by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Happening = Literal[
    "plan-started", "step-started", "step-progress", "step-finished", "plan-finished", "plan-interrupted",
    "run-finished", "comparison-finished", "tuning-finished", "notice",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    `step` is the name of the step it is about, `fingerprint` tells it from a step of that name in another
    recipe. `done` and `total` count steps of the plan, or for `step-progress` the `unit`s within the step.
    `seconds` and `peak_bytes` (resident memory) come with `step-finished`; `message` is text to be read,
    with `step-progress` such as the loss, and `values` are the same as numbers by name.

    `run-finished` has in its details what `palate.runs.announce` says of the run: metrics, lineage, folder.
    """

    what: Happening
    step: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    seconds: float = 0.0
    peak_bytes: int = 0
    message: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    fingerprint: str = ""


Emit = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Nobody is watching."""
