"""The signed list of what was removed, which does not say whom."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import palate
from palate.errors import DataError, StoreError, unwritten
from palate.forgetting import Removal
from palate.paths import write_whole
from palate_forget.keys import Key

_SIGNATURE = "signature"


def receipt(removals: Sequence[Removal], runs: Sequence[str], key: Key) -> dict[str, Any]:
    """When, by which palate, from which runs, and how much of each sort went; signed with keyed BLAKE2b.

    It has no ids, nothing made from them, and no paths, since a file may be named after a user. `rows` counts
    what was taken out of files that stay, `whole` what went altogether.
    """
    sorts = sorted({each.what for each in removals})
    rows: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for each in removals:
        (whole if each.count is None else rows)[each.what] += 1 if each.count is None else each.count
    said = {
        "palate": palate.__version__,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "runs": list(runs),
        "removed": {sort: {"whole": whole[sort], "rows": rows[sort]} for sort in sorts},
        "key": key.check,
    }
    return said | {_SIGNATURE: key.hashed("receipt", _signed(said), 32)}


def write_receipt(found: dict[str, Any], path: Path) -> None:
    """Keep it, in a file of its own. Raises StoreError."""
    try:
        write_whole(path, (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {unwritten(error)}") from error


def check_receipt(path: Path, key: Key) -> dict[str, Any]:
    """The list in a file, if it is as it was signed. Raises DataError for any other, or another key."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        said = {name: value for name, value in found.items() if name != _SIGNATURE}
        signature, signer = str(found[_SIGNATURE]), found["key"]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"{path} is no list of what was removed: {type(error).__name__}") from None
    if signer != key.check:
        raise DataError(f"{path} was signed with another key than this one")
    if not key.is_signature(_signed(said), signature):
        raise DataError(f"{path} has been changed since it was signed")
    return said


def _signed(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
