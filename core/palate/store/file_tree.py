"""A folder of files as a value that a step makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FileTree:
    """Files in a folder, such as those of a language model.

    A store keeps a copy; what it gives back points to that copy, which must not be changed. `room` is a
    temporary folder that is there as long as the value is.
    """

    path: Path
    room: Any = field(default=None, compare=False, repr=False)
