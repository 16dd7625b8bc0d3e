"""What a step is computed with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from palate.data.fold import Part
from palate.data.query import Progress
from palate.errors import StoreError
from palate.findings import Finding, warnings_of
from palate.plan.steps import Step

if TYPE_CHECKING:
    from palate.store.texts import Exchange

WARNINGS = "warnings"
CONTENT = "content"
"""The note of what was read, as a checksum that is the same wherever equal data come from."""


def nothing_kept(fingerprint: str) -> Any:
    """There is no store."""
    raise StoreError(f"there is no store that could have {fingerprint}")


def unheard(message: str) -> None:
    """Nobody is watching."""


@dataclass
class StepContext:
    """A step to be computed.

    `texts` is where text vectors are kept, `progress` and `notice` report while it is computed, and
    `notes` are kept with what it makes. `checkpoints` is where a long fit may keep how far it is, if
    anywhere. `exchange` is how machines share vectors of texts that share no folder. `artifact` gives what an
    earlier run left in the store, by its fingerprint; it raises StoreError.
    """

    step: Step
    texts: Path
    progress: Progress
    notes: dict[str, Any] = field(default_factory=dict)
    notice: Callable[[str], None] = unheard
    checkpoints: Path | None = None
    exchange: Exchange | None = None
    artifact: Callable[[str], Any] = nothing_kept

    def components(self) -> list[Any]:
        """A new instance of each component of the step."""
        return [block.make() for block in self.step.blocks]

    def report(self, findings: Iterable[Finding]) -> None:
        """Report what is likely to be a mistake, and keep it for runs that reuse the step."""
        for message in warnings_of(findings):
            self.notes.setdefault(WARNINGS, []).append(message)
            self.notice(message)

    @property
    def params(self) -> dict[str, Any]:
        return self.step.params

    @property
    def part(self) -> Part:
        """The part on which what is made is evaluated."""
        part: Part = self.params.get("part", "test")
        return part

    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.params["seed"])
