"""How files are written, from the options of the source and those of one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from palate.errors import DataError, closest
from palate.tables import Format

KEYS = ("encoding", "separator", "quote", "comment", "skip_lines", "header", "missing", "sheet")


def written(options: object, own: Mapping[str, Any], where: str) -> Format:
    """The format that the attributes of `options` say, those in `own` before them.

    Raises DataError for a key that is no option of a format, or a value of the wrong type.
    """
    for key in own:
        if key not in KEYS:
            raise DataError(f"`{where}.{key}` is no option.{closest(key, KEYS)} There are {', '.join(KEYS)}")
    said = {key: own.get(key, getattr(options, key)) for key in KEYS}
    missing = said["missing"] if isinstance(said["missing"], list) else [said["missing"]]
    for key, kind in (("skip_lines", int), ("header", bool)):
        if not isinstance(said[key], kind) or (kind is int and said[key] < 0):
            raise DataError(
                f"`{where}.{key}` must be {'a number of lines' if kind is int else 'true or false'}"
            )
    return Format(
        encoding=said["encoding"],
        separator=said["separator"],
        quote=said["quote"],
        comment=said["comment"],
        skip=said["skip_lines"],
        header=said["header"],
        missing=tuple(map(str, missing)),
        sheet=said["sheet"],
    )
