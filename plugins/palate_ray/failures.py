"""Errors of workers as text, and back as what they were."""

from __future__ import annotations

import builtins
import traceback
from typing import Any

from palate import errors
from palate.errors import ComponentError, PalateError


def told(error: BaseException) -> dict[str, Any]:
    """An error in words: its class, what it says, its notes, and where it came from."""
    return {
        "class": type(error).__name__,
        "says": str(error),
        "notes": list(getattr(error, "__notes__", ())),
        "memory": isinstance(error, MemoryError),
        "trace": "".join(traceback.format_exception(error)),
    }


def raised(said: dict[str, Any], where: str) -> BaseException:
    """The error that a worker told of: one of palate's or of Python's own as it was, else a ComponentError.

    `where` says on which node; the worker's own traceback is a note of it.
    """
    found = getattr(errors, said["class"], None) or getattr(builtins, said["class"], None)
    if isinstance(found, type) and issubclass(found, PalateError):
        error: BaseException = found.__new__(found)
        error.args = (said["says"],)
    elif isinstance(found, type) and issubclass(found, Exception):
        error = found(said["says"])
    else:
        error = ComponentError(f"{said['class']}: {said['says']}")
    for note in said["notes"]:
        error.add_note(note)
    if not isinstance(error, PalateError):
        error.add_note(f"{where}:\n{said['trace']}")
    return error
