"""The installed distributions and their entry points, read from their records."""

from __future__ import annotations

import importlib.metadata
import os
import re
from typing import Any

Row = list[Any]


def entry_points(group: str) -> tuple[list[Row], list[str]]:
    """The entry points of a group, and the records that they were read from.

    A row is its name and value, and the name, version and requirements of its distribution. Of a
    distribution found twice on the path the first counts. Distributions are read one by one, so that one
    with a damaged record hides no other.
    """
    rows: list[Row] = []
    records: list[str] = []
    seen: set[str] = set()
    for distribution in importlib.metadata.distributions():
        try:
            found = [entry for entry in distribution.entry_points if entry.group == group]
        except Exception:
            records += _records(distribution)  # its list of entry points is damaged: that may be repaired
            continue
        if not found:
            continue
        records += _records(distribution)
        name, version, requires = _about(distribution)
        same = re.sub(r"[-_.]+", "-", name).lower()
        if same == "-" or same not in seen:
            rows += [[entry.name, entry.value, name, version, requires] for entry in found]
        seen.add(same)
    return rows, records


def _about(distribution: importlib.metadata.Distribution) -> tuple[str, str, list[str]]:
    """Its name, version and requirements; `-` for what its record does not tell."""
    try:
        told = distribution.metadata
        return told["Name"] or "-", told["Version"] or "-", list(distribution.requires or ())
    except Exception:
        return "-", "-", []


def _records(distribution: importlib.metadata.Distribution) -> list[str]:
    """The files of its record, as far as it lies in a folder."""
    folder = getattr(distribution, "_path", None)
    if folder is None:
        return []
    return [str(folder), *(os.path.join(folder, name) for name in ("entry_points.txt", "METADATA"))]
