"""Whether figures may be compared at all: the protocol that they share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from palate.errors import PalateError
from palate.evaluation import differences, fingerprint
from palate_compare.entry import Entry


class NotComparable(PalateError):
    """Figures were measured under different protocols."""


@dataclass(frozen=True)
class Terms:
    """The protocol of a comparison, and where entries depart from it, a sentence each."""

    parts: dict[str, str]
    broken: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.parts)


def agreed(entries: Sequence[Entry], metrics: Sequence[str], anyway: bool) -> Terms:
    """The protocol that all entries share.

    Raises NotComparable, which lists all that differs, unless `anyway`; then the terms say it.
    """
    first = entries[0]
    found = [line for other in entries[1:] for line in _apart(first, other)]
    if found and not anyway:
        raise NotComparable(
            "these figures were measured under different protocols and cannot be compared "
            "(--anyway shows them side by side, labelled):\n" + "\n".join(found)
        )
    shared = first.figures[0].protocol
    folds = [figures.fold for figures in first.figures]
    split = folds[0] if len(folds) == 1 else json.dumps(folds)
    return Terms(shared | {"split": split, "metrics": json.dumps(list(metrics))}, tuple(found))


def _apart(first: Entry, other: Entry) -> list[str]:
    """Where two entries part. Several folds are compared as a set: each is paired with its like."""
    said = []
    ours, theirs = first.figures[0].protocol, other.figures[0].protocol
    if len(first.figures) + len(other.figures) > 2:
        ours, theirs = (
            part | {"split": json.dumps(sorted(figures.fold for figures in entry.figures))}
            for part, entry in ((ours, first), (theirs, other))
        )
    for line in differences(ours, theirs):
        said.append(f"{first.name!r} and {other.name!r} differ in {line}")
    return said
