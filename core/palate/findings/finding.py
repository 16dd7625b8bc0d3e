"""What stands out, in words and in numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from palate.errors import shortened

Level = Literal["warning", "note"]


@dataclass(frozen=True)
class Finding:
    """What stands out: `code` is for programs, `message` for a reader, `numbers` are what it says.

    A `warning` is likely to be a mistake and is reported by every run; a `note` only by `palate data`.
    """

    code: str
    message: str
    level: Level = "warning"
    numbers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", shortened(self.message))


def warnings_of(findings: Iterable[Finding]) -> list[str]:
    """The messages of those that are likely to be mistakes."""
    return [finding.message for finding in findings if finding.level == "warning"]


def percent(part: float, whole: float) -> str:
    """`12%`, or `0.3%` where that would be 0%."""
    share = 100 * part / whole if whole else 0.0
    return f"{share:.0f}%" if share >= 1 or share == 0 else f"{share:.1f}%"
