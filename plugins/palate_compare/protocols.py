"""Whether values may be compared at all: the protocol that they share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from palate.errors import PalateError
from palate.evaluation import differences, fingerprint
from palate.evaluation.protocol import CODE
from palate_compare.entry import Entry


class ProtocolMismatch(PalateError):
    """Values were measured under different protocols."""


@dataclass(frozen=True)
class SharedProtocol:
    """The protocol of a comparison, and where entries differ from it, a sentence each."""

    parts: dict[str, str]
    differences: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.parts)


def shared_protocol(entries: Sequence[Entry], metrics: Sequence[str], allow_mixed: bool) -> SharedProtocol:
    """The protocol that all entries share.

    Raises ProtocolMismatch, which lists all that differs, unless `allow_mixed`; then the result says it.
    """
    first = entries[0]
    found = [line for other in entries[1:] for line in _differences(first, other)]
    if found and not allow_mixed:
        raise ProtocolMismatch(
            "these values were measured under different protocols and cannot be compared "
            "(--allow-mixed-protocols shows them side by side, labelled):\n" + "\n".join(found)
        )
    shared = first.evaluations[0].protocol | _common_code(entries)
    folds = [each.fold for each in first.evaluations]
    split = folds[0] if len(folds) == 1 else json.dumps(folds)
    return SharedProtocol(shared | {"split": split, "metrics": json.dumps(list(metrics))}, tuple(found))


def _common_code(entries: Sequence[Entry]) -> dict[str, str]:
    """The hashes of the code that every entry used, whatever other metrics some were evaluated by."""
    hashes = [json.loads(each.protocol[CODE]) for entry in entries for each in entry.evaluations
              if CODE in each.protocol]  # fmt: skip
    if len(hashes) < sum(len(entry.evaluations) for entry in entries):
        return {}
    common = {name: code for name, code in hashes[0].items() if all(name in each for each in hashes)}
    return {CODE: json.dumps(common)}


def _differences(first: Entry, other: Entry) -> list[str]:
    """Where two entries differ. Several folds are compared as a set: each is paired with its own kind."""
    said = []
    ours, theirs = first.evaluations[0].protocol, other.evaluations[0].protocol
    if len(first.evaluations) + len(other.evaluations) > 2:
        ours, theirs = (
            part | {"split": json.dumps(sorted(each.fold for each in entry.evaluations))}
            for part, entry in ((ours, first), (theirs, other))
        )
    for line in differences(ours, theirs):
        said.append(f"{first.name!r} and {other.name!r} differ in {line}")
    return said
