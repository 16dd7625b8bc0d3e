"""Events as plain records, without secrets and without anything about a single user."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from palate.events import Event

Record = dict[str, Any]
"""One event, ready for JSON: `event`, `time` (ISO 8601, UTC), and what its kind has."""

HIDDEN = "***"
SECRET = re.compile(
    r"(^|[._-])(password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|authorization|credentials?)s?$",
    re.IGNORECASE,
)
USERS = re.compile(r"(^|[._-])(users?|user_?ids?)$", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")
_QUERY = re.compile(r"(?i)([?&](?:\w*token|\w*key|password|sig|signature)=)[^&\s]+")
_KINDS = ("run-finished", "comparison-finished", "tuning-finished", "plan-finished", "plan-interrupted")


def record_of(event: Event) -> Record | None:
    """The record of an event that trackers keep; None of one that they do not, such as every notice.

    Notices, remarks of steps and reasons of failures are left out: they quote data.
    """
    found: Record
    match event.what:
        case "plan-started":
            runs = event.details.get("runs", 1)
            found = {
                "name": event.details.get("name", ""),
                "runs": runs,
                "steps": event.total,
                "done": event.done,
            }
        case "step-progress" if event.values:
            found = {**_step(event), "number": event.done, "of": event.total, "values": dict(event.values)}
        case "step-finished" if "trial" in event.details:
            found = {"trial": event.details["trial"]}
        case "step-finished":
            found = {**_step(event), "seconds": event.seconds, "peak_bytes": event.peak_bytes}
        case what if what in _KINDS:
            found = {name: value for name, value in event.details.items() if name not in ("display", "quiet")}
        case _:
            return None
    kind = "trial-finished" if event.what == "step-finished" and "trial" in found else event.what
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"event": kind, "time": time, **plain(found)}


def plain(value: Any, key: str = "") -> Any:
    """A value as JSON has it, secrets and lists of users hidden, numbers that are none as null."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner, str(name)) for name, inner in value.items()}
    if SECRET.search(key) and value not in (None, "", True, False) and not isinstance(value, int | float):
        return HIDDEN
    if isinstance(value, list | tuple | set):
        if USERS.search(key):
            return f"{len(value)} users"
        return [plain(inner, key) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return _QUERY.sub(rf"\1{HIDDEN}", _LOGIN.sub(f"{HIDDEN}@", str(value)))


def flat(values: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """A nested mapping with dotted names; lists of plain values stay one, others are numbered."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            found |= flat(value, here)
        elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
            found |= flat({str(at): inner for at, inner in enumerate(value)}, here)
        else:
            found[here] = value
    return found


def _step(event: Event) -> Record:
    return {"step": event.step, "fingerprint": event.fingerprint}
